"""What is said of kits: the place of a mistake, what was changed, and the line at the foot of every board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tablee.errors import Invalid
from tablee.model.kits.differences import SORTS, Change
from tablee.model.kits.document import Credit, KitDocument, plain
from tablee.model.kits.faults import Fault, blocking, faults_of
from tablee.model.kits.lineage import own_credit
from tablee.words import LANGUAGES, Language, Words

MOST_TOLD = 2
"""Of the latest adaptations that the line at the foot names one by one."""
MOST_SIGNED, MOST_COUNTED = 2, 3
"""Of the authors, and of the sorts of changes, of each: the line has to fit. All are on the kit's page."""
MOST_NAMED = 6
"""Of places in one list: the rest is a number."""


def board_name(board: str, words: Words) -> str:
    """`Fiche 2, verso`"""
    say = words.say
    if board == "governance":
        return say("Canevas gouvernance")
    if board == "economic":
        return say("Canevas modèle économique")
    sheet, _, face = board.partition(".")
    said = say("Fiche {n}, recto") if face == "recto" else say("Fiche {n}, verso")
    return said.replace("{n}", sheet.removeprefix("sheet"))


def titled(texts: Mapping[str, str], language: str) -> str:
    """A text of a kit in this language, else in the one there is."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def starters() -> dict[str, dict[str, str]]:
    """What is written where somebody adds something to a kit, in every language."""
    words = [Words(language) for language in LANGUAGES]
    return {
        "zone": {one.language: one.say("Nouvelle zone") for one in words},
        "prompt": {one.language: one.say("Que voulez-vous demander ici ?") for one in words},
        "step": {one.language: one.say("Nouvelle étape") for one in words},
    }


def unnamed(kit: KitDocument) -> Iterator[Fault]:
    """Zones that were added, also by themselves on the other face, and have no words of their own yet."""
    first = starters()
    titles, prompts = (
        {language: plain(text) for language, text in first[what].items()} for what in ("zone", "prompt")
    )
    for board in kit.templates:
        for zone in board.zones:
            for language in kit.lang:
                if zone.titles.get(language) == titles.get(language):
                    yield Fault(
                        "zone.unnamed",
                        sentence="le titre est encore celui d'une nouvelle zone.",
                        board=board.id,
                        zone=zone.id,
                        part=f"title.{language}",
                        level="hint",
                    )
                if zone.prompts.get(language) == prompts.get(language):
                    yield Fault(
                        "zone.unnamed",
                        sentence="la consigne est encore celle d'une nouvelle zone.",
                        board=board.id,
                        zone=zone.id,
                        part=f"prompt.{language}",
                        level="hint",
                    )


def place_of(fault: Fault, kit: KitDocument, words: Words) -> str:
    """`Fiche 2, verso, zone « Nos règles »`"""
    say, parts = words.say, []
    if fault.board:
        parts.append(board_name(fault.board, words))
        board = kit.board(fault.board)
        zone = board.zone(fault.zone) if board is not None else None
        if fault.zone:
            title = titled(zone.titles, words.language) if zone is not None else ""
            name = words.typo(title) or fault.zone
            parts.append(say("zone « {title} »").replace("{title}", name))
    elif fault.agenda:
        agenda = next((one for one in kit.agendas if one.id == fault.agenda), None)
        title = words.typo(titled(agenda.titles, words.language)) if agenda is not None else ""
        parts.append(say("Déroulé « {title} »").replace("{title}", title or fault.agenda))
    else:
        parts.append(say("Jeu de gabarits"))
    part, _, language = fault.part.rpartition(".")
    if part in ("title", "prompt"):
        parts.append(say("titre") if part == "title" else say("consigne"))
        parts.append(say("en français") if language == "fr" else say("en anglais"))
    return ", ".join(parts)


def told(fault: Fault, kit: KitDocument, words: Words) -> dict[str, object]:
    """A fault for a page: where it is, and one sentence that says it all."""
    said = words.say(fault.sentence)
    for name, value in fault.values.items():
        number = words.number(value) if isinstance(value, int | float) else value
        said = said.replace("{" + name + "}", number)
    place = place_of(fault, kit, words)
    colon = " : " if words.language == "fr" else ": "
    return {
        "key": fault.key,
        "level": fault.level,
        "board": fault.board or None,
        "zone": fault.zone or None,
        "agenda": fault.agenda or None,
        "part": fault.part or None,
        "place": place,
        "sentence": words.typo(f"{place}{colon}{said}"),
    }


def refuse_faulty(kit: KitDocument, field: str | None = None) -> None:
    """Raises `Invalid` with everything that is wrong, where a kit may not be used as it is."""
    wrong = blocking(faults_of(kit))
    if wrong:
        raise Invalid(
            "kit.faulty",
            "Ce jeu de gabarits a des erreurs : corrigez-les d'abord.",
            field=field,
            more={
                "faults": [
                    {"key": f.key, "board": f.board, "zone": f.zone, "agenda": f.agenda, "part": f.part}
                    for f in wrong[:50]
                ],
                "first": {one: told(wrong[0], kit, Words(one))["sentence"] for one in LANGUAGES},
            },
        )


def counted_words(counts: Mapping[str, int], words: Words, most: int = len(SORTS)) -> str:
    """`2 zones ajoutées, 1 zone déplacée`"""
    there = [sort for sort in SORTS if counts.get(sort)]
    said = [_sort(sort, counts[sort], words) for sort in there[:most]]
    return ", ".join(said if len(there) <= most else [*said, "…"])


def _sort(sort: str, n: int, words: Words) -> str:
    match sort:
        case "boards_removed":
            said = words.ngettext("{n} support retiré", "{n} supports retirés", n)
        case "boards_added":
            said = words.ngettext("{n} support ajouté", "{n} supports ajoutés", n)
        case "added":
            said = words.ngettext("{n} zone ajoutée", "{n} zones ajoutées", n)
        case "removed":
            said = words.ngettext("{n} zone retirée", "{n} zones retirées", n)
        case "moved":
            said = words.ngettext("{n} zone déplacée", "{n} zones déplacées", n)
        case "retitled":
            said = words.ngettext("{n} titre changé", "{n} titres changés", n)
        case "reworded":
            said = words.ngettext("{n} consigne changée", "{n} consignes changées", n)
        case "rerouted":
            said = words.ngettext("{n} report changé", "{n} reports changés", n)
        case "kinds":
            said = words.ngettext(
                "{n} zone qui accepte d'autres notes", "{n} zones qui acceptent d'autres notes", n
            )
        case "axes":
            said = words.ngettext("{n} zone aux axes changés", "{n} zones aux axes changés", n)
        case _:
            said = words.ngettext("{n} déroulé changé", "{n} déroulés changés", n)
    return said.replace("{n}", words.number(n))


def changes_words(
    changes: Sequence[Change], before: KitDocument, after: KitDocument, language: Language
) -> str:
    """« Ce que j'ai changé », as it is offered: `2 zones ajoutées (Fiche 2, recto : Nos devoirs…).`"""
    words = Words(language)
    sentences = []
    for sort in SORTS:
        found = [change for change in changes if change.sort == sort]
        if not found:
            continue
        kit = before if sort in ("removed", "boards_removed") else after
        names = list(dict.fromkeys(_name(change, kit, words) for change in found))
        if len(names) > MOST_NAMED:
            names = [*names[:MOST_NAMED], "…"]
        sentences.append(f"{_sort(sort, len(found), words)} ({' ; '.join(names)}).")
    return " ".join(sentences).replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


def _name(change: Change, kit: KitDocument, words: Words) -> str:
    if change.sort == "agendas":
        agenda = next((one for one in kit.agendas if one.id == change.board), None)
        return titled(agenda.titles, words.language) if agenda is not None else change.board
    board = kit.board(change.board)
    zone = board.zone(change.zone) if board is not None else None
    name = board_name(change.board, words)
    return f"{name}, {titled(zone.titles, words.language)}" if zone is not None else name


# -- the line at the foot ------------------------------------------------------------------------------------


def attribution_of(kit: KitDocument) -> dict[str, str]:
    """By language: « D'après le Kit …, © 2023 inno³… Adapté par X, 2026 : 2 zones ajoutées. »"""
    return {language: _line(kit, Words(language)) for language in LANGUAGES}


def _line(kit: KitDocument, words: Words) -> str:
    say = words.say
    origin, *between = (*kit.attribution, own_credit(kit))
    first = say("D'après le {title} {version}, © {year} {authors}, CC BY-SA 4.0.")
    parts = [_filled(first, origin, words)]
    skipped = range(1, len(between) - MOST_TOLD)  # all of them are in the document, and on its page
    for n, credit in enumerate(between):
        if n in skipped:
            if n == skipped[0]:
                said = words.ngettext("Puis {n} adaptation.", "Puis {n} adaptations.", len(skipped))
                parts.append(said.replace("{n}", words.number(len(skipped))))
            continue
        changed = counted_words(credit.counts, words, MOST_COUNTED)
        if n == 0 and not credit.counts:
            said = say("Gabarits numériques réécrits et adaptés par {authors}, {year}, CC BY-SA 4.0.")
        elif credit.authors and changed:
            said = say("Adapté par {authors}, {year} : {changed}, CC BY-SA 4.0.")
        elif credit.authors:
            said = say("Adapté par {authors}, {year}, CC BY-SA 4.0.")
        elif changed:
            said = say("Adapté en {year} : {changed}, CC BY-SA 4.0.")
        else:
            said = say("Copié en {year}, CC BY-SA 4.0.")
        parts.append(_filled(said, credit, words).replace("{changed}", changed))
    # typography is put on when the line is shown, as on every text of a kit
    plain = " ".join(parts).replace("\u00a0", " ").replace("\u202f", " ")
    return plain.replace("\u2019", "'") if words.language == "fr" else plain


def _filled(sentence: str, credit: Credit, words: Words) -> str:
    authors, more = credit.authors, len(credit.authors) - MOST_SIGNED
    names = ", ".join(authors)
    if more > 0:
        said = words.ngettext("{names} et {n} autre", "{names} et {n} autres", more)
        names = said.replace("{n}", words.number(more)).replace("{names}", ", ".join(authors[:MOST_SIGNED]))
    return (
        sentence.replace("{title}", credit.title)
        .replace("{version}", credit.version)
        .replace("{year}", str(credit.year))
        .replace("{authors}", names)
    )
