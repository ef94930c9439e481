"""The names of the months in other languages (Unicode CLDR), as they stand in exported tables."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

# Per language the names of the twelve months in small letters: long and short, and as they are inflected.
_NAMES: Final[Mapping[str, str]] = {
    "en": (
        "jan january | feb february | mar march | apr april | may | jun june | jul july | aug august | "
        "sep sept september | oct october | nov november | dec december"
    ),
    "zh": "一月 | 二月 | 三月 | 四月 | 五月 | 六月 | 七月 | 八月 | 九月 | 十月 | 十一月 | 十二月",
    "de": (
        "jan januar | feb februar | mär märz | apr april | mai | jun juni | jul juli | aug august | sep "
        "sept september | okt oktober | nov november | dez dezember"
    ),
    "fr": (
        "janv janvier | févr février | mars | avr avril | mai | juin | juil juillet | août | sept "
        "septembre | oct octobre | nov novembre | déc décembre"
    ),
    "es": (
        "ene enero | feb febrero | mar marzo | abr abril | may mayo | jun junio | jul julio | ago agosto "
        "| sept septiembre | oct octubre | nov noviembre | dic diciembre"
    ),
    "it": (
        "gen gennaio | feb febbraio | mar marzo | apr aprile | mag maggio | giu giugno | lug luglio | ago "
        "agosto | set settembre | ott ottobre | nov novembre | dic dicembre"
    ),
    "pt": (
        "jan janeiro | fev fevereiro | mar março | abr abril | mai maio | jun junho | jul julho | ago "
        "agosto | set setembro | out outubro | nov novembro | dez dezembro"
    ),
    "nl": (
        "jan januari | feb februari | maart mrt | apr april | mei | jun juni | jul juli | aug augustus | "
        "sep september | okt oktober | nov november | dec december"
    ),
    "pl": (
        "sty styczeń stycznia | lut lutego luty | mar marca marzec | kwi kwiecień kwietnia | maj maja | "
        "cze czerwca czerwiec | lip lipca lipiec | sie sierpień sierpnia | wrz wrzesień września | paź "
        "październik października | lis listopad listopada | gru grudnia grudzień"
    ),
    "cs": (
        "led leden ledna | úno únor února | bře březen března | dub duben dubna | kvě květen května | "
        "červen června čvn | července červenec čvc | srp srpen srpna | zář září | říj říjen října | lis "
        "listopad listopadu | pro prosince prosinec"
    ),
    "sk": (
        "jan január januára | feb február februára | mar marca marec | apr apríl apríla | máj mája | jún "
        "júna | júl júla | aug august augusta | sep september septembra | okt október októbra | nov "
        "november novembra | dec december decembra"
    ),
    "sl": (
        "jan januar | feb februar | mar marec | apr april | maj | jun junij | jul julij | avg avgust | "
        "sep september | okt oktober | nov november | dec december"
    ),
    "hr": (
        "sij siječanj siječnja | velj veljača veljače | ožu ožujak ožujka | tra travanj travnja | svi "
        "svibanj svibnja | lip lipanj lipnja | srp srpanj srpnja | kol kolovoz kolovoza | ruj rujan rujna "
        "| lis listopad listopada | stu studeni studenoga | pro prosinac prosinca"
    ),
    "sv": (
        "jan januari | feb februari | mars | apr april | maj | juni | juli | aug augusti | sep september "
        "| okt oktober | nov november | dec december"
    ),
    "da": (
        "jan januar | feb februar | mar marts | apr april | maj | jun juni | jul juli | aug august | sep "
        "september | okt oktober | nov november | dec december"
    ),
    "nb": (
        "jan januar | feb februar | mar mars | apr april | mai | jun juni | jul juli | aug august | sep "
        "september | okt oktober | nov november | des desember"
    ),
    "fi": (
        "tammi tammikuu tammikuuta | helmi helmikuu helmikuuta | maalis maaliskuu maaliskuuta | huhti "
        "huhtikuu huhtikuuta | touko toukokuu toukokuuta | kesä kesäkuu kesäkuuta | heinä heinäkuu "
        "heinäkuuta | elo elokuu elokuuta | syys syyskuu syyskuuta | loka lokakuu lokakuuta | marras "
        "marraskuu marraskuuta | joulu joulukuu joulukuuta"
    ),
    "et": (
        "jaan jaanuar | veebr veebruar | märts | apr aprill | mai | juuni | juuli | aug august | sept "
        "september | okt oktoober | nov november | dets detsember"
    ),
    "lv": (
        "janv janvāris | febr februāris | marts | apr aprīlis | maijs | jūn jūnijs | jūl jūlijs | aug "
        "augusts | sept septembris | okt oktobris | nov novembris | dec decembris"
    ),
    "lt": (
        "saus sausio sausis | vas vasario vasaris | kov kovas kovo | bal balandis balandžio | geg gegužė "
        "gegužės | birž birželio birželis | liep liepa liepos | rugp rugpjūtis rugpjūčio | rugs rugsėjis "
        "rugsėjo | spal spalio spalis | lapkr lapkritis lapkričio | gruod gruodis gruodžio"
    ),
    "hu": (
        "jan január | febr február | márc március | ápr április | máj május | jún június | júl július | "
        "aug augusztus | szept szeptember | okt október | nov november | dec december"
    ),
    "ro": (
        "ian ianuarie | feb februarie | mar martie | apr aprilie | mai | iun iunie | iul iulie | aug "
        "august | sept septembrie | oct octombrie | noiembrie nov | dec decembrie"
    ),
    "tr": (
        "oca ocak | şub şubat | mar mart | nis nisan | may mayıs | haz haziran | tem temmuz | ağu ağustos "
        "| eyl eylül | eki ekim | kas kasım | ara aralık"
    ),
    "el": (
        "ιαν ιανουάριοσ ιανουαρίου | φεβ φεβρουάριοσ φεβρουαρίου | μάρ μάρτιοσ μαρ μαρτίου | απρ απρίλιοσ "
        "απριλίου | μάι μάιοσ μαΐου | ιουν ιουνίου ιούν ιούνιοσ | ιουλ ιουλίου ιούλ ιούλιοσ | αυγ αυγούστου αύγ "
        "αύγουστοσ | σεπ σεπτέμβριοσ σεπτεμβρίου | οκτ οκτωβρίου οκτώβριοσ | νοέ νοέμβριοσ νοε νοεμβρίου "
        "| δεκ δεκέμβριοσ δεκεμβρίου"
    ),
    "bg": (
        "яну януари | фев февруари | март | апр април | май | юни | юли | авг август | сеп септември | "
        "окт октомври | ное ноември | дек декември"
    ),
    "ru": (
        "янв январь января | февр февраль февраля | мар март марта | апр апрель апреля | май мая | июн "
        "июнь июня | июл июль июля | авг август августа | сент сентябрь сентября | окт октябрь октября | "
        "нояб ноябрь ноября | дек декабрь декабря"
    ),
    "uk": (
        "січ січень січня | лют лютий лютого | бер березень березня | квіт квітень квітня | трав травень "
        "травня | черв червень червня | лип липень липня | серп серпень серпня | вер вересень вересня | "
        "жовт жовтень жовтня | лист листопад листопада | груд грудень грудня"
    ),
    "id": (
        "jan januari | feb februari | mar maret | apr april | mei | jun juni | jul juli | agu agustus | "
        "sep september | okt oktober | nov november | des desember"
    ),
    "ca": (
        "gen gener | febr febrer | març | abr abril | maig | juny | jul juliol | ag agost | set setembre "
        "| oct octubre | nov novembre | des desembre"
    ),
}

LANGUAGES: Final = tuple(_NAMES)


def find_month(word: str, language: str | None) -> int | None:
    """Returns the month (1 to 12) that a word names in a language or in English; None if it names none.

    Without a language all are searched; a name of two different months (`listopad` is October in Croatian,
    November in Polish) is then no month.
    """
    plain = unicodedata.normalize("NFKC", word.casefold())
    months = _months_by_name(language).get(plain, frozenset())
    return next(iter(months)) if len(months) == 1 else None


@cache
def _months_by_name(language: str | None) -> dict[str, frozenset[int]]:
    months: dict[str, frozenset[int]] = {}
    for name in LANGUAGES if language is None else ("en", language):
        for number, words in enumerate(_NAMES[name].split("|"), 1):
            for word in words.split():
                months[word] = months.get(word, frozenset()) | {number}
    return months
