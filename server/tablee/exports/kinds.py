"""Kinds of notes and their fields in words, for files: the words of web/src/model/kinds.ts, in its order.

The French sentences are the same there, which a test holds, so that their translations serve both. They are
translated when they are said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from tablee.model.board import BoardNote, Pack
from tablee.words import Words

Choices = Mapping[str, str]
Steps = tuple[tuple[float, str], ...]
Fields = Mapping[str, Any]
NOTE_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class Field:
    """`shown`: a number that is a `mark`, the value of a `gauge` or a place on an `axis`."""

    name: str
    type: str
    label: str
    choices: Choices = field(default_factory=dict)
    shown: str = ""
    most: int = 0
    steps: Steps = ()


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A word for each step, from `low` up."""

    name: str
    low: int
    words: tuple[str, ...]


PERIODS: Choices = {
    "once": "Une fois",
    "month": "Par mois",
    "year": "Par an",
}
TASKS: Choices = {
    "product": "Développement produit",
    "community": "Animation de la communauté",
    "project": "Gestion de projet",
    "support": "Support, tickets et maintenance",
    "documentation": "Documentation et spécifications",
    "ux": "UX",
}
PURPOSES: Choices = {
    "build": "Construire",
    "maintain": "Maintenir",
    "run": "Héberger",
}
FUNDING: Choices = {
    "gift": "Don",
    "grant": "Subvention",
    "patronage": "Mécénat",
    "procurement": "Commande publique",
    "membership": "Adhésions",
    "impact_contract": "Contrat à impact",
    "impact_investment": "Investissement à impact",
    "services": "Services propres",
}
COLLEGES: Choices = {
    "users": "Usagers",
    "civil_society": "Société civile",
    "social_economy": "Économie sociale",
    "public": "Acteurs publics",
    "private": "Entreprises",
    "contributors": "Personnes qui contribuent",
    "maintainers": "Personnes qui maintiennent",
}
HORIZONS: Choices = {
    "6m": "À 6 mois",
    "2y": "À 2 ans",
    "5y": "À 5 ans",
}
DIMENSIONS: Choices = {
    "governance": "Gouvernance",
    "economy": "Modèle économique",
    "legal": "Juridique",
    "technical": "Technique",
    "community": "Communauté",
    "communication": "Communication",
}
VERDICTS: Choices = {
    "acceptable": "Acceptable",
    "renegotiate": "À renégocier",
    "unacceptable": "Inacceptable",
}
LEVELS: Steps = (
    (0, "Utilise"),
    (0.25, "Fait des retours"),
    (0.5, "Contribue"),
    (0.75, "Maintient"),
    (1, "Coordonne ou garantit"),
)
SCALES: Steps = (
    (0, "Personne"),
    (0.3333, "Structure"),
    (0.6667, "Réseau ou territoire"),
    (1, "Écosystème"),
)
_MATURITY = (
    "Pas encore",
    "Idée",
    "Essai",
    "En place",
    "Autonome",
)
_BALANCE = (
    "Y perd",
    "Y perd un peu",
    "S'y retrouve",
    "Y gagne un peu",
    "Y gagne",
)
GAUGES: Mapping[str, Gauge] = {
    "practice": Gauge(
        "Pratique des communs",
        0,
        (
            "Découvre",
            "Utilise",
            "Contribue parfois",
            "Contribue régulièrement",
            "Coordonne",
        ),
    ),
    "resource": Gauge("Maturité de la ressource", 0, _MATURITY),
    "community": Gauge("Maturité de la communauté", 0, _MATURITY),
    "governance": Gauge("Maturité de la gouvernance", 0, _MATURITY),
    "viability": Gauge("Équilibre individuel", -2, _BALANCE),
    "balance": Gauge("Équilibre collectif", -2, _BALANCE),
}
KINDS: Mapping[str, Kind] = {
    "note": Kind("Note simple", ()),
    "question": Kind(
        "Besoin",
        (
            Field("useful", "whole", "Utile", shown="mark", most=5),
            Field("feasible", "whole", "Faisable", shown="mark", most=5),
            Field("children", "lines", "Micro-défis"),
            Field("community_target", "whole", "Personnes visées par micro-défi"),
            Field("named", "lines", "Personnes nommées"),
            Field("parent", "note", "Micro-défi de"),
        ),
    ),
    "stakeholder": Kind(
        "Partie prenante",
        (
            Field("name", "line", "Nom de la structure"),
            Field(
                "sector",
                "choice",
                "Secteur",
                {
                    "public": "Public",
                    "private": "Privé",
                    "population": "Population",
                },
            ),
            Field(
                "type",
                "choice",
                "Forme de la structure",
                {
                    "state": "État ou opérateur",
                    "local": "Collectivité",
                    "company": "Entreprise",
                    "association": "Association",
                    "cooperative": "Coopérative",
                    "research": "Recherche",
                    "foundation": "Fondation",
                    "collective": "Collectif",
                    "person": "Personne",
                },
            ),
            Field("business_model", "text", "Modèle d'affaires"),
            Field("people", "lines", "Personnes"),
            Field(
                "color",
                "choice",
                "Couleur",
                {
                    "citron": "Citron",
                    "abricot": "Abricot",
                    "pivoine": "Pivoine",
                    "lavande": "Lavande",
                    "ciel": "Ciel",
                    "lagon": "Lagon",
                    "mousse": "Mousse",
                    "craie": "Craie",
                },
            ),
        ),
    ),
    "resource": Kind(
        "Ressource",
        (
            Field(
                "rtype",
                "choice",
                "Nature de la ressource",
                {
                    "source_code": "Code source",
                    "documentation": "Documentation",
                    "database": "Base de données",
                    "distinctive_sign": "Marque ou signe distinctif",
                    "hardware": "Matériel",
                    "content": "Contenus",
                },
            ),
            Field("licence", "line", "Licence"),
            Field("rights_holder", "line", "Titulaire des droits"),
            Field(
                "secured_by",
                "choice",
                "Droits des contributions assurés par",
                {
                    "dco": "DCO, certificat d'origine",
                    "cla": "CLA, accord de contribution",
                    "inbound_outbound": "Même licence en entrée et en sortie",
                    "assignment": "Cession de droits",
                    "employment": "Contrat de travail",
                    "none": "Rien pour l'instant",
                },
            ),
            Field(
                "state",
                "choice",
                "Avancement",
                {
                    "existing": "Existante",
                    "evolving": "En évolution",
                    "idea": "En réflexion",
                    "building": "En construction",
                    "finishing": "En voie d'achèvement",
                },
            ),
            Field("description", "text", "Description"),
        ),
    ),
    "contribution": Kind(
        "Apport ou contrepartie",
        (
            Field(
                "direction",
                "choice",
                "Sens",
                {
                    "brings": "Apporte",
                    "receives": "Reçoit",
                },
            ),
            Field("stakeholder_id", "stakeholder", "Partie prenante"),
            Field(
                "nature",
                "choice",
                "Nature de l'apport",
                {
                    "time": "Temps de travail",
                    "money": "Argent",
                    "code": "Code",
                    "data": "Données",
                    "content": "Contenus",
                    "skills": "Compétences",
                    "infrastructure": "Infrastructure",
                    "network": "Réseau et visibilité",
                    "rights": "Droits et marque",
                    "legal": "Expertise juridique ou comptable",
                    "resource": "Ressource",
                    "income": "Revenu",
                    "savings": "Économies",
                    "influence": "Influence",
                    "recognition": "Reconnaissance",
                },
            ),
            Field("amount", "number", "Quantité"),
            Field(
                "unit",
                "choice",
                "Unité",
                {
                    "fte": "ETP",
                    "hours": "h",
                    "days": "j",
                    "euros": "€",
                },
            ),
            Field("period", "choice", "Période", PERIODS),
            Field("task", "choice", "Pour la tâche", TASKS),
            Field("purpose", "choice", "Finalité", PURPOSES),
            Field("funding", "choice", "Source de financement", FUNDING),
            Field("until", "date", "Jusqu'au"),
            Field("weight", "whole", "Poids"),
            Field(
                "regularity",
                "choice",
                "Régularité",
                {
                    "regular": "Régulière",
                    "occasional": "Ponctuelle",
                },
            ),
            Field(
                "expertise",
                "choice",
                "Expertise",
                {
                    "expert": "Experte",
                    "lay": "Ouverte à toute personne",
                },
            ),
            Field(
                "technical",
                "choice",
                "Technicité",
                {
                    "technical": "Technique",
                    "non_technical": "Non technique",
                },
            ),
        ),
    ),
    "cost": Kind(
        "Charge",
        (
            Field("task", "choice", "Tâche", TASKS),
            Field("purpose", "choice", "Finalité", PURPOSES),
            Field("fte", "number", "ETP"),
            Field("euros", "number", "Euros"),
            Field("period", "choice", "Période", PERIODS),
            Field(
                "pooling",
                "choice",
                "Mutualisation",
                {
                    "yes": "À mutualiser",
                    "partly": "À mutualiser en partie",
                    "no": "À ne pas mutualiser",
                },
            ),
            Field("shared_with", "stakeholders", "Partagée avec"),
            Field("key", "line", "Clé de répartition"),
        ),
    ),
    "point": Kind(
        "Point de carte",
        (
            Field("label", "line", "Nom sur la carte"),
            Field("stakeholder_id", "stakeholder", "Partie prenante"),
            Field("x", "number", "Niveau de contribution", shown="axis", steps=LEVELS),
            Field("y", "number", "Dimension", shown="axis", steps=SCALES),
            Field(
                "count",
                "choice",
                "Combien de personnes",
                {
                    "1": "Une personne",
                    "2-10": "2 à 10 personnes",
                    "11-100": "11 à 100 personnes",
                    "101-1000": "101 à 1 000 personnes",
                    "over_1000": "Plus de 1 000 personnes",
                },
            ),
            Field(
                "roles",
                "choices",
                "Rôles",
                {
                    "beneficiary": "Bénéficiaire",
                    "contributor": "Contributeur·rice",
                    "operator": "Opérateur·rice-mainteneur·se",
                    "guarantor": "Garant·e",
                    "sponsor": "Sponsor",
                    "coordinator": "Coordinateur·rice",
                },
            ),
            Field(
                "presence",
                "choice",
                "Présence",
                {
                    "present": "Déjà là",
                    "to_invite": "À inviter",
                },
            ),
            Field("target", "wish", "Où aller"),
        ),
    ),
    "rule": Kind(
        "Règle",
        (
            Field(
                "domain",
                "choice",
                "Domaine",
                {
                    "access": "Accès et périmètre",
                    "membership": "Entrée et départ des membres",
                    "roles": "Rôles et mandats",
                    "decision": "Décision",
                    "deliberation": "Délibération",
                    "tools": "Droits d'administration des outils",
                    "money": "Argent",
                    "monitoring": "Suivi",
                    "sanctions": "Manquements et sanctions graduées",
                    "conflicts": "Conflits",
                    "records": "Archives et transparence",
                    "amendment": "Modification des règles",
                    "nesting": "Emboîtement avec d'autres communs",
                },
            ),
            Field(
                "state",
                "choice",
                "Statut",
                {
                    "in_force": "En vigueur",
                    "proposed": "Proposée",
                    "adopted_today": "Adoptée aujourd'hui",
                    "disputed": "Contestée",
                },
            ),
            Field(
                "decision_mode",
                "choice",
                "Mode de décision",
                {
                    "consent": "Par consentement",
                    "consensus": "Par consensus",
                    "majority": "À la majorité",
                    "qualified": "À la majorité qualifiée",
                    "mandate": "Par mandat",
                    "do_ocracy": "Qui fait décide",
                },
            ),
            Field("committee_id", "note", "Comité"),
            Field("review_on", "date", "À revoir le"),
        ),
    ),
    "committee": Kind(
        "Comité",
        (
            Field("mission", "text", "Mission"),
            Field("decides_on", "text", "Décide de"),
            Field("members", "lines", "Membres"),
            Field("frequency", "line", "Fréquence"),
            Field("term_months", "whole", "Mandat, en mois"),
            Field("max_terms", "whole", "Mandats de suite au plus"),
            Field("colleges", "choices", "Qui y siège", COLLEGES),
            Field("succession", "text", "Relève"),
            Field("seats_by_college", "lines", "Sièges par collège"),
            Field("rule_ids", "notes", "Ses règles"),
        ),
    ),
    "legal_structure": Kind(
        "Structure juridique",
        (
            Field(
                "form",
                "choice",
                "Forme juridique",
                {
                    "informal": "Collectif informel",
                    "consortium": "Consortium par contrat",
                    "fiscal_host": "Hébergement par une structure existante",
                    "association": "Association loi 1901",
                    "gip": "GIP",
                    "scic": "SCIC",
                    "scop": "SCOP",
                    "foundation": "Fonds ou fondation",
                },
            ),
            Field(
                "state",
                "choice",
                "Statut",
                {
                    "today": "Aujourd'hui",
                    "target": "Visée",
                },
            ),
            Field(
                "standing",
                "choice",
                "Décision",
                {
                    "candidate": "À l'étude",
                    "chosen": "Retenue",
                    "set_aside": "Écartée",
                },
            ),
            Field("horizon", "choice", "Horizon", HORIZONS),
            Field("why", "text", "Pourquoi"),
            Field("limits", "text", "Limites"),
        ),
    ),
    "scenario": Kind(
        "Scénario",
        (
            Field("horizon", "choice", "Horizon", HORIZONS),
            Field(
                "variant",
                "choice",
                "Variante",
                {
                    "a": "Scénario A",
                    "b": "Scénario B",
                    "c": "Scénario C",
                },
            ),
            Field("dimension", "choice", "Dimension", DIMENSIONS),
        ),
    ),
    "action": Kind(
        "Action",
        (
            Field("owner_id", "person", "Responsable"),
            Field("owner_text", "line", "Ou une personne absente"),
            Field("due", "date", "Échéance"),
            Field(
                "state",
                "choice",
                "Statut",
                {
                    "todo": "À faire",
                    "doing": "En cours",
                    "done": "Fait",
                    "dropped": "Abandonné",
                },
            ),
            Field("dimension", "choice", "Dimension", DIMENSIONS),
            Field(
                "priority",
                "choice",
                "Priorité",
                {
                    "high": "Prioritaire",
                    "normal": "Normale",
                    "low": "Peut attendre",
                },
            ),
            Field(
                "phase_tag",
                "choice",
                "Parcours",
                {
                    "identify": "Identifier",
                    "contribute": "Contribuer",
                    "sustain": "Pérenniser",
                    "fund": "Financer",
                    "spread": "Valoriser et essaimer",
                },
            ),
        ),
    ),
    "indicator": Kind(
        "Indicateur",
        (
            Field("unit", "line", "Ce qui est compté"),
            Field("baseline", "number", "Valeur de départ"),
            Field("target", "number", "Valeur visée"),
            Field("horizon", "choice", "Horizon", HORIZONS),
            Field("owner_id", "person", "Responsable"),
            Field("source", "line", "Source"),
        ),
    ),
    "scale": Kind(
        "Jauge",
        (
            Field("key", "choice", "Ce qui est évalué", {name: gauge.name for name, gauge in GAUGES.items()}),
            Field("value", "whole", "Niveau", shown="gauge"),
            Field("verdict", "choice", "Verdict", VERDICTS),
        ),
    ),
}


def kind_of(kind: object) -> Kind:
    """A kind that is not known is shown as a plain note."""
    return KINDS.get(kind, KINDS["note"]) if isinstance(kind, str) else KINDS["note"]


def kind_name(words: Words, kind: object) -> str:
    return words.say(kind_of(kind).name)


def label_of(words: Words, kind: object, name: str) -> str:
    """What a field of a kind is called; the name of its key where the kind has no such field."""
    found = kind_of(kind).field(name)
    return name if found is None else words.say(found.label)


def person_name(words: Words, pack: Pack, person: str) -> str:
    return pack.people.get(person) or words.say("Personne partie")


def stakeholder_name(words: Words, pack: Pack, stakeholder: str) -> str:
    return pack.stakeholders.get(stakeholder) or words.say("Structure partie")


def note_name(words: Words, pack: Pack, note: str) -> str:
    """A note that another one names: the beginning of its text."""
    found = next((roots["notes"][note] for roots in pack.rooms.values() if note in roots["notes"]), None)
    if found is None:
        return words.say("Note supprimée")
    text = " ".join(str(found.get("text", "")).split()) or words.say("vide")
    return text if len(text) <= NOTE_NAME_CHARS else text[: NOTE_NAME_CHARS - 1] + "…"


def gauge_words(words: Words, fields: Fields) -> str:
    """« 2 sur 4, Essai »: the word only where it is said which gauge it is.

    Of a gauge that has a middle the word alone: no step of it is so many out of two.
    """
    key, value = fields.get("key"), fields.get("value")
    gauge = GAUGES.get(key) if isinstance(key, str) else None
    low = gauge.low if gauge is not None else 0
    if not _is_number(value) or not low <= value <= low + 4:
        return ""
    word = words.say(gauge.words[int(value) - low]) if gauge and value == int(value) else ""
    if low < 0:
        return word or words.number(value)
    of = words.say("{n} sur {of}").format(n=words.number(value), of=low + 4)
    return f"{of}, {word}" if word else of


def field_words(words: Words, note: BoardNote, name: str, value: object, pack: Pack) -> str:
    """The value of a field of a note in words; "" when it is empty, or holds what it should not."""
    found = kind_of(note.kind).field(name)
    return "" if found is None or value is None else _SAID[found.type](words, found, value, note.fields, pack)


def said_fields(words: Words, note: BoardNote, pack: Pack) -> list[tuple[str, str, str]]:
    """Every field of the note's kind that says something: its key, what it is called, its words."""
    out = []
    for one in kind_of(note.kind).fields:
        said = field_words(words, note, one.name, note.fields.get(one.name), pack)
        if said:
            out.append((one.name, words.say(one.label), said))
    return out


_Saying = Callable[[Words, Field, Any, Fields, Pack], str]


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def _said_number(words: Words, of: Field, value: Any, fields: Fields, pack: Pack) -> str:
    if not _is_number(value):
        return ""
    if of.shown == "mark":
        return words.say("{n} sur {of}").format(n=words.number(value), of=of.most)
    if of.shown == "gauge":
        return gauge_words(words, fields)
    if of.steps:
        return words.say(min(of.steps, key=lambda step: abs(step[0] - value))[1])
    return words.number(value)


def _said_wish(words: Words, of: Field, value: Any, fields: Fields, pack: Pack) -> str:
    if not isinstance(value, Mapping):
        return ""
    parts = [
        _said_number(words, axis, value.get(axis.name), fields, pack)
        for axis in KINDS["point"].fields
        if axis.name in ("x", "y")
    ]
    parts.append(words.say(HORIZONS[value["horizon"]]) if value.get("horizon") in HORIZONS else "")
    return ", ".join(filter(None, parts))


def _said_choices(words: Words, of: Field, value: Any, fields: Fields, pack: Pack) -> str:
    return ", ".join(words.say(of.choices[one]) for one in _strings(value) if one in of.choices)


def _said_id(name: Callable[[Words, Pack, str], str], apart: str) -> _Saying:
    """The words of an id, or of several."""

    def said(words: Words, of: Field, value: Any, fields: Fields, pack: Pack) -> str:
        ids = [value] if isinstance(value, str) else _strings(value)
        return apart.join(name(words, pack, one) for one in ids if one)

    return said


_SAID: Mapping[str, _Saying] = {
    "line": lambda _words, _of, value, _fields, _pack: value if isinstance(value, str) else "",
    "text": lambda _words, _of, value, _fields, _pack: value if isinstance(value, str) else "",
    "lines": lambda _words, _of, value, _fields, _pack: " ; ".join(_strings(value)),
    "choice": lambda words, of, value, _fields, _pack: (
        words.say(of.choices[value]) if isinstance(value, str) and value in of.choices else ""
    ),
    "choices": _said_choices,
    "number": _said_number,
    "whole": _said_number,
    "date": lambda words, _of, value, _fields, _pack: words.date(value) if isinstance(value, str) else "",
    "person": _said_id(person_name, ", "),
    "stakeholder": _said_id(stakeholder_name, ", "),
    "stakeholders": _said_id(stakeholder_name, ", "),
    "note": _said_id(note_name, " ; "),
    "notes": _said_id(note_name, " ; "),
    "wish": _said_wish,
}
