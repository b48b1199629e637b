// Kinds of notes as data: their names, icons and fields with the words people see. What a field may hold is
// in docs/data.md, which a test compares with this file and another with server/tablee/model/fields.py.

import { t } from "../ui/i18n";
import { own } from "./own";
import type { COLOURS, Note, Zone } from "./page";

/** Words are asked for when they are shown: the language is known only then. */
export type Words = () => string;
export type Choices = Readonly<Record<string, Words>>;

export type FieldType =
  | "line"
  | "text"
  | "lines"
  | "number"
  | "whole"
  | "choice"
  | "choices"
  | "date"
  | "person"
  | "stakeholder"
  | "stakeholders"
  | "note"
  | "notes"
  | "wish";

export interface Field {
  name: string;
  type: FieldType;
  label: Words;
  choices?: Choices;
  /** Words for ears where a choice is written with a middle dot. */
  aloud?: Choices;
  low?: number;
  high?: number;
  /** A number chosen by name: radio buttons for marks and gauges, steps of an axis. */
  as?: "mark" | "gauge" | "axis";
  steps?: readonly (readonly [number, Words])[];
  /** The kind of the notes that may be named here. */
  of?: string;
  hint?: Words;
  /** What others often write here. */
  starters?: readonly (string | Words)[];
  /** Seldom needed: folded away until it is filled. */
  more?: true;
}

export interface Kind {
  name: Words;
  icon: string;
  fields: readonly Field[];
}

type Rest = Partial<Field>;
const field =
  (type: FieldType) =>
  (name: string, label: Words, rest: Rest = {}): Field => ({ name, type, label, ...rest });
const line = field("line");
const text = field("text");
const lines = field("lines");
const date = field("date");
const person = field("person");
const stakeholder = field("stakeholder");
const one = (name: string, label: Words, choices: Choices, rest: Rest = {}) =>
  field("choice")(name, label, { choices, ...rest });
const number = (name: string, label: Words, low: number, high: number, rest: Rest = {}) =>
  field("number")(name, label, { low, high, ...rest });
const whole = (name: string, label: Words, low: number, high: number, rest: Rest = {}) =>
  field("whole")(name, label, { low, high, ...rest });
const MOST = 999_999_999;
const MORE: Rest = { more: true };

export const HORIZONS: Choices = {
  "6m": () => t("À 6 mois"),
  "2y": () => t("À 2 ans"),
  "5y": () => t("À 5 ans"),
};
export const VERDICTS: Choices = {
  acceptable: () => t("Acceptable"),
  renegotiate: () => t("À renégocier"),
  unacceptable: () => t("Inacceptable"),
};
export const COLLEGES: Choices = {
  users: () => t("Usagers"),
  civil_society: () => t("Société civile"),
  social_economy: () => t("Économie sociale"),
  public: () => t("Acteurs publics"),
  private: () => t("Entreprises"),
  contributors: () => t("Personnes qui contribuent"),
  maintainers: () => t("Personnes qui maintiennent"),
};
const PERIODS: Choices = {
  once: () => t("Une fois"),
  month: () => t("Par mois"),
  year: () => t("Par an"),
};
const DIMENSIONS: Choices = {
  governance: () => t("Gouvernance"),
  economy: () => t("Modèle économique"),
  legal: () => t("Juridique"),
  technical: () => t("Technique"),
  community: () => t("Communauté"),
  communication: () => t("Communication"),
};

/** Steps of the map's axes (domain of the method, 4.5). */
const LEVELS: Field["steps"] = [
  [0, () => t("Utilise")],
  [0.25, () => t("Fait des retours")],
  [0.5, () => t("Contribue")],
  [0.75, () => t("Maintient")],
  [1, () => t("Coordonne ou garantit")],
];
const SCALES: Field["steps"] = [
  [0, () => t("Personne")],
  [0.3333, () => t("Structure")],
  [0.6667, () => t("Réseau ou territoire")],
  [1, () => t("Écosystème")],
];

interface Gauge {
  name: Words;
  low: number;
  /** A word for each step, from `low` up. */
  words: readonly Words[];
}

const MATURITY: readonly Words[] = [
  () => t("Pas encore"),
  () => t("Idée"),
  () => t("Essai"),
  () => t("En place"),
  () => t("Autonome"),
];
const BALANCE: readonly Words[] = [
  () => t("Y perd"),
  () => t("Y perd un peu"),
  () => t("S'y retrouve"),
  () => t("Y gagne un peu"),
  () => t("Y gagne"),
];
export const GAUGES: Readonly<Record<string, Gauge>> = {
  practice: {
    name: () => t("Pratique des communs"),
    low: 0,
    words: [
      () => t("Découvre"),
      () => t("Utilise"),
      () => t("Contribue parfois"),
      () => t("Contribue régulièrement"),
      () => t("Coordonne"),
    ],
  },
  resource: { name: () => t("Maturité de la ressource"), low: 0, words: MATURITY },
  community: { name: () => t("Maturité de la communauté"), low: 0, words: MATURITY },
  governance: { name: () => t("Maturité de la gouvernance"), low: 0, words: MATURITY },
  viability: { name: () => t("Équilibre individuel"), low: -2, words: BALANCE },
  balance: { name: () => t("Équilibre collectif"), low: -2, words: BALANCE },
};

/** The six tasks that keep a commons going, and what else a cost or a promise is for. */
export const TASKS: Choices = {
  product: () => t("Développement produit"),
  community: () => t("Animation de la communauté"),
  project: () => t("Gestion de projet"),
  support: () => t("Support, tickets et maintenance"),
  documentation: () => t("Documentation et spécifications"),
  ux: () => t("UX"),
};
export const PURPOSES: Choices = {
  build: () => t("Construire"),
  maintain: () => t("Maintenir"),
  run: () => t("Héberger"),
};
export const FUNDING: Choices = {
  gift: () => t("Don"),
  grant: () => t("Subvention"),
  patronage: () => t("Mécénat"),
  procurement: () => t("Commande publique"),
  membership: () => t("Adhésions"),
  impact_contract: () => t("Contrat à impact"),
  impact_investment: () => t("Investissement à impact"),
  services: () => t("Services propres"),
};

export const KINDS: Readonly<Record<string, Kind>> = {
  note: { name: () => t("Note simple"), icon: "sticky-note", fields: [] },
  question: {
    name: () => t("Besoin"),
    icon: "circle-help",
    fields: [
      whole("useful", () => t("Utile"), 0, 5, { as: "mark" }),
      whole("feasible", () => t("Faisable"), 0, 5, { as: "mark" }),
      lines("children", () => t("Micro-défis"), { hint: () => t("Un par ligne.") }),
      whole("community_target", () => t("Personnes visées par micro-défi"), 1, 999_999, {
        hint: () => t("Souvent 15 à 20."),
      }),
      lines("named", () => t("Personnes nommées"), { hint: () => t("Une par ligne."), ...MORE }),
      field("note")("parent", () => t("Micro-défi de"), { of: "question", ...MORE }),
    ],
  },
  stakeholder: {
    name: () => t("Partie prenante"),
    icon: "building-2",
    fields: [
      line("name", () => t("Nom de la structure")),
      one("sector", () => t("Secteur"), {
        public: () => t("Public"),
        private: () => t("Privé"),
        population: () => t("Population"),
      }),
      one("type", () => t("Forme de la structure"), {
        state: () => t("État ou opérateur"),
        local: () => t("Collectivité"),
        company: () => t("Entreprise"),
        association: () => t("Association"),
        cooperative: () => t("Coopérative"),
        research: () => t("Recherche"),
        foundation: () => t("Fondation"),
        collective: () => t("Collectif"),
        person: () => t("Personne"),
      }),
      text("business_model", () => t("Modèle d'affaires"), {
        hint: () => t("Ce dont la structure vit ; le modèle économique est celui du commun."),
      }),
      lines("people", () => t("Personnes"), { hint: () => t("Une par ligne."), ...MORE }),
      one("color", () => t("Couleur"), colours(), MORE),
    ],
  },
  resource: {
    name: () => t("Ressource"),
    icon: "package",
    fields: [
      one("rtype", () => t("Nature de la ressource"), {
        source_code: () => t("Code source"),
        documentation: () => t("Documentation"),
        database: () => t("Base de données"),
        distinctive_sign: () => t("Marque ou signe distinctif"),
        hardware: () => t("Matériel"),
        content: () => t("Contenus"),
      }),
      line("licence", () => t("Licence")),
      line("rights_holder", () => t("Titulaire des droits")),
      one("secured_by", () => t("Droits des contributions assurés par"), {
        dco: () => t("DCO, certificat d'origine"),
        cla: () => t("CLA, accord de contribution"),
        inbound_outbound: () => t("Même licence en entrée et en sortie"),
        assignment: () => t("Cession de droits"),
        employment: () => t("Contrat de travail"),
        none: () => t("Rien pour l'instant"),
      }),
      one("state", () => t("Avancement"), {
        existing: () => t("Existante"),
        evolving: () => t("En évolution"),
        idea: () => t("En réflexion"),
        building: () => t("En construction"),
        finishing: () => t("En voie d'achèvement"),
      }),
      text("description", () => t("Description"), MORE),
    ],
  },
  contribution: {
    name: () => t("Apport ou contrepartie"),
    icon: "hand-helping",
    fields: [
      one("direction", () => t("Sens"), { brings: () => t("Apporte"), receives: () => t("Reçoit") }),
      stakeholder("stakeholder_id", () => t("Partie prenante")),
      one("nature", () => t("Nature de l'apport"), {
        time: () => t("Temps de travail"),
        money: () => t("Argent"),
        code: () => t("Code"),
        data: () => t("Données"),
        content: () => t("Contenus"),
        skills: () => t("Compétences"),
        infrastructure: () => t("Infrastructure"),
        network: () => t("Réseau et visibilité"),
        rights: () => t("Droits et marque"),
        legal: () => t("Expertise juridique ou comptable"),
        resource: () => t("Ressource"),
        income: () => t("Revenu"),
        savings: () => t("Économies"),
        influence: () => t("Influence"),
        recognition: () => t("Reconnaissance"),
      }),
      number("amount", () => t("Quantité"), 0, MOST),
      one("unit", () => t("Unité"), {
        fte: () => t("ETP"),
        hours: () => t("h"),
        days: () => t("j"),
        euros: () => t("€"),
      }),
      one("period", () => t("Période"), PERIODS),
      one("task", () => t("Pour la tâche"), TASKS),
      one("purpose", () => t("Finalité"), PURPOSES, MORE),
      one("funding", () => t("Source de financement"), FUNDING, MORE),
      date("until", () => t("Jusqu'au")),
      whole("weight", () => t("Poids"), 1, 3, { hint: () => t("De 1 à 3 points, choisis ensemble.") }),
      one(
        "regularity",
        () => t("Régularité"),
        { regular: () => t("Régulière"), occasional: () => t("Ponctuelle") },
        MORE,
      ),
      one(
        "expertise",
        () => t("Expertise"),
        { expert: () => t("Experte"), lay: () => t("Ouverte à toute personne") },
        MORE,
      ),
      one(
        "technical",
        () => t("Technicité"),
        { technical: () => t("Technique"), non_technical: () => t("Non technique") },
        MORE,
      ),
    ],
  },
  cost: {
    name: () => t("Charge"),
    icon: "coins",
    fields: [
      one("task", () => t("Tâche"), TASKS),
      one("purpose", () => t("Finalité"), PURPOSES),
      number("fte", () => t("ETP"), 0, 99_999),
      number("euros", () => t("Euros"), 0, MOST),
      one("period", () => t("Période"), PERIODS),
      one("pooling", () => t("Mutualisation"), {
        yes: () => t("À mutualiser"),
        partly: () => t("À mutualiser en partie"),
        no: () => t("À ne pas mutualiser"),
      }),
      field("stakeholders")("shared_with", () => t("Partagée avec"), MORE),
      line("key", () => t("Clé de répartition"), MORE),
    ],
  },
  point: {
    name: () => t("Point de carte"),
    icon: "map-pin",
    fields: [
      line("label", () => t("Nom sur la carte")),
      stakeholder("stakeholder_id", () => t("Partie prenante")),
      number("x", () => t("Niveau de contribution"), 0, 1, { as: "axis", steps: LEVELS }),
      number("y", () => t("Dimension"), 0, 1, { as: "axis", steps: SCALES }),
      one("count", () => t("Combien de personnes"), {
        "1": () => t("Une personne"),
        "2-10": () => t("2 à 10 personnes"),
        "11-100": () => t("11 à 100 personnes"),
        "101-1000": () => t("101 à 1 000 personnes"),
        over_1000: () => t("Plus de 1 000 personnes"),
      }),
      field("choices")("roles", () => t("Rôles"), {
        choices: {
          beneficiary: () => t("Bénéficiaire"),
          contributor: () => t("Contributeur·rice"),
          operator: () => t("Opérateur·rice-mainteneur·se"),
          guarantor: () => t("Garant·e"),
          sponsor: () => t("Sponsor"),
          coordinator: () => t("Coordinateur·rice"),
        },
        aloud: {
          contributor: () => t("Contributeur ou contributrice"),
          operator: () => t("Opérateur ou opératrice, mainteneur ou mainteneuse"),
          guarantor: () => t("Garant ou garante"),
          coordinator: () => t("Coordinateur ou coordinatrice"),
        },
      }),
      one(
        "presence",
        () => t("Présence"),
        { present: () => t("Déjà là"), to_invite: () => t("À inviter") },
        MORE,
      ),
      field("wish")("target", () => t("Où aller"), MORE),
    ],
  },
  rule: {
    name: () => t("Règle"),
    icon: "scroll-text",
    fields: [
      one("domain", () => t("Domaine"), {
        access: () => t("Accès et périmètre"),
        membership: () => t("Entrée et départ des membres"),
        roles: () => t("Rôles et mandats"),
        decision: () => t("Décision"),
        deliberation: () => t("Délibération"),
        tools: () => t("Droits d'administration des outils"),
        money: () => t("Argent"),
        monitoring: () => t("Suivi"),
        sanctions: () => t("Manquements et sanctions graduées"),
        conflicts: () => t("Conflits"),
        records: () => t("Archives et transparence"),
        amendment: () => t("Modification des règles"),
        nesting: () => t("Emboîtement avec d'autres communs"),
      }),
      one("state", () => t("Statut"), {
        in_force: () => t("En vigueur"),
        proposed: () => t("Proposée"),
        adopted_today: () => t("Adoptée aujourd'hui"),
        disputed: () => t("Contestée"),
      }),
      one("decision_mode", () => t("Mode de décision"), {
        consent: () => t("Par consentement"),
        consensus: () => t("Par consensus"),
        majority: () => t("À la majorité"),
        qualified: () => t("À la majorité qualifiée"),
        mandate: () => t("Par mandat"),
        do_ocracy: () => t("Qui fait décide"),
      }),
      field("note")("committee_id", () => t("Comité"), { of: "committee" }),
      date("review_on", () => t("À revoir le")),
    ],
  },
  committee: {
    name: () => t("Comité"),
    icon: "users",
    fields: [
      text("mission", () => t("Mission")),
      text("decides_on", () => t("Décide de")),
      lines("members", () => t("Membres"), { hint: () => t("Une personne ou une structure par ligne.") }),
      line("frequency", () => t("Fréquence")),
      whole("term_months", () => t("Mandat, en mois"), 1, 999),
      whole("max_terms", () => t("Mandats de suite au plus"), 1, 99),
      field("choices")("colleges", () => t("Qui y siège"), { choices: COLLEGES }),
      text("succession", () => t("Relève"), {
        hint: () => t("Comment une personne nouvelle y prend des responsabilités."),
      }),
      lines("seats_by_college", () => t("Sièges par collège"), { hint: () => t("Un par ligne."), ...MORE }),
      field("notes")("rule_ids", () => t("Ses règles"), { of: "rule", ...MORE }),
    ],
  },
  legal_structure: {
    name: () => t("Structure juridique"),
    icon: "landmark",
    fields: [
      one("form", () => t("Forme juridique"), {
        informal: () => t("Collectif informel"),
        consortium: () => t("Consortium par contrat"),
        fiscal_host: () => t("Hébergement par une structure existante"),
        association: () => t("Association loi 1901"),
        gip: () => t("GIP"),
        scic: () => t("SCIC"),
        scop: () => t("SCOP"),
        foundation: () => t("Fonds ou fondation"),
      }),
      one("state", () => t("Statut"), { today: () => t("Aujourd'hui"), target: () => t("Visée") }),
      one("standing", () => t("Décision"), {
        candidate: () => t("À l'étude"),
        chosen: () => t("Retenue"),
        set_aside: () => t("Écartée"),
      }),
      one("horizon", () => t("Horizon"), HORIZONS),
      text("why", () => t("Pourquoi")),
      text("limits", () => t("Limites")),
    ],
  },
  scenario: {
    name: () => t("Scénario"),
    icon: "route",
    fields: [
      one("horizon", () => t("Horizon"), HORIZONS),
      one("variant", () => t("Variante"), {
        a: () => t("Scénario A"),
        b: () => t("Scénario B"),
        c: () => t("Scénario C"),
      }),
      one("dimension", () => t("Dimension"), DIMENSIONS),
    ],
  },
  action: {
    name: () => t("Action"),
    icon: "square-check",
    fields: [
      person("owner_id", () => t("Responsable")),
      line("owner_text", () => t("Ou une personne absente")),
      date("due", () => t("Échéance")),
      one("state", () => t("Statut"), {
        todo: () => t("À faire"),
        doing: () => t("En cours"),
        done: () => t("Fait"),
        dropped: () => t("Abandonné"),
      }),
      one("dimension", () => t("Dimension"), DIMENSIONS),
      one("priority", () => t("Priorité"), {
        high: () => t("Prioritaire"),
        normal: () => t("Normale"),
        low: () => t("Peut attendre"),
      }),
      one(
        "phase_tag",
        () => t("Parcours"),
        {
          identify: () => t("Identifier"),
          contribute: () => t("Contribuer"),
          sustain: () => t("Pérenniser"),
          fund: () => t("Financer"),
          spread: () => t("Valoriser et essaimer"),
        },
        MORE,
      ),
    ],
  },
  indicator: {
    name: () => t("Indicateur"),
    icon: "trending-up",
    fields: [
      line("unit", () => t("Ce qui est compté"), {
        starters: [
          () => t("personnes actives par mois"),
          () => t("nouvelles contributions"),
          () => t("applications qui intègrent le commun"),
          () => t("territoires couverts"),
          () => t("téléchargements ou lectures"),
          () => t("marques d'intérêt"),
          () => t("bénévoles"),
          () => t("% des charges mutualisées"),
          () => t("% de la maintenance financée"),
          () => t("comités avec des usagers"),
          () => t("€ de coûts évités"),
        ],
      }),
      number("baseline", () => t("Valeur de départ"), -MOST, MOST),
      number("target", () => t("Valeur visée"), -MOST, MOST),
      one("horizon", () => t("Horizon"), HORIZONS),
      person("owner_id", () => t("Responsable")),
      line("source", () => t("Source"), MORE),
    ],
  },
  scale: {
    name: () => t("Jauge"),
    icon: "gauge",
    fields: [
      one(
        "key",
        () => t("Ce qui est évalué"),
        Object.fromEntries(Object.entries(GAUGES).map(([key, { name }]) => [key, name])),
      ),
      whole("value", () => t("Niveau"), -2, 4, { as: "gauge" }),
      one("verdict", () => t("Verdict"), VERDICTS, MORE),
    ],
  },
};

function colours(): Choices {
  const words: Record<(typeof COLOURS)[number], Words> = {
    citron: () => t("Citron"),
    abricot: () => t("Abricot"),
    pivoine: () => t("Pivoine"),
    lavande: () => t("Lavande"),
    ciel: () => t("Ciel"),
    lagon: () => t("Lagon"),
    mousse: () => t("Mousse"),
    craie: () => t("Craie"),
  };
  return words;
}

export function kindOf(kind: string): Kind {
  return own(KINDS, kind) ?? (KINDS.note as Kind);
}

export function kindName(kind: string): string {
  return kindOf(kind).name();
}

/** The kinds a zone asks for, the default first, and all the others. */
export function kindsOf(zone: Zone | undefined): { here: string[]; others: string[] } {
  const here = (zone?.kinds ?? ["note"]).filter((kind) => kind in KINDS);
  return { here, others: Object.keys(KINDS).filter((kind) => !here.includes(kind)) };
}

const BY_ZONE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  brings: { direction: "brings" },
  means: { direction: "brings" },
  contributions: { direction: "brings" },
  income: { direction: "brings" },
  expects: { direction: "receives" },
  returns: { direction: "receives" },
  receives: { direction: "receives" },
  h6m: { horizon: "6m" },
  h2y: { horizon: "2y" },
  h5y: { horizon: "5y" },
  literacy: { key: "practice" },
  viability: { key: "viability" },
  balance: { key: "balance" },
};

/** Values that follow from where a note lies, as long as nobody has said otherwise. */
export function presets(note: Note): Readonly<Record<string, unknown>> {
  const [, whose] = note.board.split("/");
  const known: Record<string, unknown> = { ...own(BY_ZONE, note.zone) };
  if (whose !== undefined) known.stakeholder_id = whose;
  const fields = kindOf(note.kind).fields.map(({ name }) => name);
  return Object.fromEntries(
    fields.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]),
  );
}
