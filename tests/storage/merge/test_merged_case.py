"""Tests a merged case as a whole: texts of two clones that once came to a wrong file."""

from pathlib import Path

import pytest

from complaintctl.storage.merge.merged_case import mark_whole_files, merge_case_file

HEAD = "id: C-20240304-FEHJN\ntitle: Late\nreceived: 2024-03-04T09:00:00+08:00\n\nstatus: closed\n\noutcome: not-upheld\n\n"
OPENED = """\
history:
  - {at: 2024-03-04T09:10:00+08:00, by: li.wei, did: open, set: {received: [null, 2024-03-04T09:00:00+08:00]}, id: DF54R39N}
  - {at: 2026-11-30T00:04:12+08:00, by: li.wei, did: close, set: {outcome: [null, not-upheld]}, id: 5167GSPE}
"""
SORT = "{what: sort, kind: corrective, who: wang.fang, due: 2030-01-01, given: 2026-11-30T00:04:14+08:00}"
TRAIN = "{what: train, kind: corrective, who: chen.jie, due: 2030-01-01, given: 2026-11-30T00:04:15+08:00}"
GIVEN = f"  - {{at: 2026-11-30T00:04:14+08:00, by: li.wei, did: action, set: {{actions: [null, [{SORT}]]}}, id: PJCQMN8H}}\n"
MORE = f"  - {{at: 2026-11-30T00:04:15+08:00, by: li.wei, did: action, set: {{actions: [[{SORT}], [{SORT}, {TRAIN}]]}}, id: KK74TVRC}}\n"
BACK = f"  - {{at: 2026-11-30T00:04:16+08:00, by: li.wei, did: retract, set: {{actions: [[{SORT}], []]}}, event: PJCQMN8H, id: X9E9ZNKZ}}\n"


def test_an_action_taken_back_is_gone_where_git_does_not_know_that_both_sides_had_it() -> None:
    """The ancestor, a merge of git's own, has no action; so git put both actions outside the conflict."""
    listed = f"actions:\n  - {SORT}\n  - {TRAIN}\n\n"
    for one, two in ((MORE, BACK), (BACK, MORE)):
        conflict = f"<<<<<<< HEAD\n{one}=======\n{two}>>>>>>> theirs\n"
        marked = f"{HEAD}{listed}{OPENED}{GIVEN}{conflict}"
        path = Path("cases/closed/2024/03/C-20240304-FEHJN.yaml")
        merged = merge_case_file(path, marked.encode(), f"{HEAD}{OPENED}".encode())
        wanted = f"{HEAD}actions:\n  - {TRAIN}\n\n{OPENED}{GIVEN}{MORE}{BACK}"
        assert merged.text.decode() == wanted


@pytest.mark.parametrize("remark", ["", "# by hand\n"])
def test_own_fields_of_both_sides_have_one_order_whoever_merges_and_however_often(remark: str) -> None:
    path = Path("cases/closed/2024/03/C-20240304-FEHJN.yaml")
    base, one, two = (
        f'{HEAD}{remark}x:\n  b: "1"\n{own}\n{OPENED}'.encode()
        for own in ("", '  z: "2"\n  m: "5"\n', '  c: "3"\n')
    )
    merged = merge_case_file(path, mark_whole_files(one, two), base).text
    assert b'x:\n  b: "1"\n  c: "3"\n  m: "5"\n  z: "2"\n' in merged
    for ours, theirs in ((two, one), (merged, one), (two, merged)):
        assert merge_case_file(path, mark_whole_files(ours, theirs), base).text == merged
