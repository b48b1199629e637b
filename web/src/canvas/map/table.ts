// The community map as a table: one row per point, every value editable by keyboard. The same notes as on the plot.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { t, tn } from "../../ui/i18n";
import { picture } from "../../ui/picture";
import { removePoint, savePoint, setFields, setWish } from "./acts";
import {
  axisOptions,
  countOptions,
  horizonOptions,
  type Option,
  presenceOptions,
  structureOptions,
} from "./controls";
import { placeWords } from "./geometry";
import type { CommunityMap } from "./map";
import { fieldOf, type MapPoint, ROLE_IDS, ROLES, roleWords, type Wish } from "./points";

export function tableOf(map: CommunityMap): TemplateResult {
  const { axes, points, placing } = map;
  const secret = placing.open !== null;
  const heads = [
    fieldOf("label").label(),
    fieldOf("stakeholder_id").label(),
    fieldOf("roles").label(),
    fieldOf("count").label(),
    fieldOf("presence").label(),
    axes.x.title,
    axes.y.title,
    ...(secret ? [] : [fieldOf("target").label()]),
    ...(placing.result === null ? [] : [t("Places proposées")]),
  ];
  const caption = secret
    ? t("Carte de la communauté : vos places, que personne d'autre ne voit")
    : t("Carte de la communauté, un acteur par ligne");
  return html`<div class="maptable" role="region" tabindex="0" aria-label=${caption}><table>
    <caption class="sr">${caption}</caption>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}<th scope="col"><span class="sr">${t("Actions")}</span></th></tr></thead>
    <tbody>${repeat(
      points,
      ({ id }) => id,
      (point) => row(map, point),
    )}</tbody></table></div>`;
}

function row(map: CommunityMap, point: MapPoint): TemplateResult {
  const { app, axes, placing } = map;
  const { id, label } = point;
  const note = app.note(id);
  const fixed = note === null || !app.mayChange(note);
  const secret = placing.open !== null;
  const place = map.placeOf(point);
  const named = (head: string) => t("{field}, {point}", { field: head, point: label });
  const choose = (
    name: string,
    head: string,
    options: readonly Option[],
    now: string | null,
    chosen: (value: string) => void,
    locked = fixed,
    empty = true,
  ) => html`<select class="input" name=${name} aria-label=${named(head)} ?disabled=${locked}
      @change=${(event: Event) => chosen((event.target as HTMLSelectElement).value)}>
      ${(empty ? [["", "—"] as Option, ...options] : options).map(
        ([value, words]) =>
          html`<option value=${value} .selected=${live(value === (now ?? ""))}>${words}</option>`,
      )}</select>`;
  const set = (name: string) => (value: string) => void setFields(app, id, { [name]: value || undefined });
  const axis = (name: "x" | "y") =>
    choose(
      name,
      axes[name].title,
      axisOptions(axes[name], place?.[name]),
      place === null ? null : String(place[name]),
      (value) => {
        if (value === "") map.put(id, null);
        else map.put(id, { ...(place ?? { x: 0, y: 0 }), [name]: Number(value) });
      },
      secret ? !map.mayAnswer : fixed,
    );
  const cell = (head: string, content: unknown, look = "") =>
    html`<td class=${look} data-head=${head}>${content}</td>`;
  const roles = point.roles.map((role) => roleWords(role));
  const renamed = (event: Event) => {
    const input = event.target as HTMLInputElement;
    if (input.value.trim() === "") input.value = label;
    else if (input.value.trim() !== label) savePoint(app, id, input.value, {});
  };
  return html`<tr data-id=${id} class=${map.selected === id ? "sel" : ""}>
    <th scope="row" data-head=${fieldOf("label").label()}><span class="row">${map.dot(point)}
      <input class="input" name="label" maxlength="200" autocomplete="off" .value=${live(label)} ?disabled=${fixed}
        aria-label=${named(fieldOf("label").label())} @change=${renamed}><span class="sr">${label}</span></span></th>
    ${cell(
      fieldOf("stakeholder_id").label(),
      choose(
        "stakeholder_id",
        fieldOf("stakeholder_id").label(),
        structureOptions(app, point.structure),
        point.structure,
        set("stakeholder_id"),
      ),
    )}
    ${cell(
      fieldOf("roles").label(),
      html`<details class="roles"><summary aria-label=${named(
        roles.length === 0
          ? t("Aucun rôle")
          : t("Rôles : {roles}", { roles: roles.map(({ aloud }) => aloud).join(", ") }),
      )}>${roles.length === 0 ? "—" : point.roles.map((role) => html`<i class="role">${ROLES[role].letter}</i>`)}</summary>
        <div class="rolelist">${ROLE_IDS.map((role) => {
          const words = roleWords(role);
          return html`<label><input type="checkbox" name="roles" value=${role} ?disabled=${fixed} aria-label=${words.aloud}
            .checked=${live(point.roles.includes(role))} @change=${() => {
              const chosen = ROLE_IDS.filter((one) => point.roles.includes(one) !== (one === role));
              setFields(app, id, { roles: chosen.length > 0 ? chosen : undefined });
            }}><span>${words.name}</span></label>`;
        })}</div></details>`,
    )}
    ${cell(
      fieldOf("count").label(),
      choose("count", fieldOf("count").label(), countOptions(), point.count, set("count")),
    )}
    ${cell(
      fieldOf("presence").label(),
      choose(
        "presence",
        fieldOf("presence").label(),
        presenceOptions(),
        point.invited ? "to_invite" : "present",
        (value) => void setFields(app, id, { presence: value === "to_invite" ? value : undefined }),
        fixed,
        false,
      ),
    )}
    ${cell(axes.x.title, axis("x"))} ${cell(axes.y.title, axis("y"))}
    ${secret ? nothing : cell(fieldOf("target").label(), wish(map, point, choose), "wish")}
    ${placing.result === null ? nothing : cell(t("Places proposées"), spread(map, point, fixed), "spread")}
    ${cell(
      "",
      html`<span class="row"><button class="btn xs icon" type="button" aria-label=${t("Modifier {point}", { point: label })}
          title=${t("Modifier")} ?disabled=${fixed} @click=${() => map.edit(id)}>${picture("pencil", 15)}</button>
        <button class="btn xs icon" type="button" aria-label=${t("Supprimer {point}", { point: label })}
          title=${t("Supprimer")} ?disabled=${fixed} @click=${() => removePoint(app, id)}>${picture("trash", 15)}</button></span>`,
      "acts",
    )}</tr>`;
}

type Choose = (
  name: string,
  head: string,
  options: readonly Option[],
  now: string | null,
  chosen: (value: string) => void,
) => TemplateResult;

/** When, and where on both axes; taking the horizon away takes the wish away. */
function wish(map: CommunityMap, { id, wish, place }: MapPoint, choose: Choose): TemplateResult {
  const { app, axes } = map;
  const now: Wish = wish ?? { ...(place ?? { x: 0, y: 0 }), horizon: "2y" };
  const head = fieldOf("target").label();
  const axis = (name: "x" | "y") =>
    choose(
      `target.${name}`,
      `${head}, ${axes[name].title}`,
      axisOptions(axes[name], now[name]),
      String(now[name]),
      (value) => void setWish(app, id, value === "" ? null : { ...now, [name]: Number(value) }),
    );
  return html`${choose("horizon", `${head}, ${t("Horizon")}`, horizonOptions(), wish?.horizon ?? null, (value) => void setWish(app, id, value === "" ? null : { ...now, horizon: value as Wish["horizon"] }))}
    ${wish === null ? nothing : html`${axis("x")}${axis("y")}`}`;
}

function spread(map: CommunityMap, { id, label }: MapPoint, fixed: boolean): TemplateResult {
  const found = map.placing.spread(id);
  if (found === null) return html`${t("Aucune place")}`;
  return html`<span>${tn("{n} place", "{n} places", found.places.length)}${t(", milieu : {place}", { place: placeWords(map.axes, found.median) })}</span>
    ${found.wide ? html`<b class="apart">${picture("alert-triangle", 14)} ${t("écart large")}</b>` : nothing}
    <button class="btn xs" type="button" ?disabled=${fixed} aria-label=${t("Placer {point} au milieu", { point: label })}
      @click=${() => map.toMiddle([id])}>${t("Placer au milieu")}</button>`;
}
