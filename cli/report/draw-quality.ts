import { valueMarks } from "../../local/dashboard/draw-chart";
import { type Markup, markup } from "../../local/dashboard/markup";
import { figure, mark, percent, placedMark, rounded, table } from "./figure";
import { countText, errorText, moneyText, UNKNOWN } from "./report-words";
import { hasDecisions, type ShownModel, type ShownPolicy } from "./shown-model";

const HEIGHT = 240;
const MARKS = 5;
/** Pixels between the labels of two points, below which they would lie on each other. */
const LABEL_PX = 14;

/** The error that each policy would have served, against its trainings; empty where no error is known. */
export function drawQuality({ name, policies }: ShownModel): Markup | string {
  const known = policies.flatMap((policy) => {
    const { servedError, trainings } = policy.result;
    return servedError === undefined ? [] : [{ policy, error: servedError.mean, trainings: trainings.length }];
  });
  if (known.length === 0) return "";
  const [lowest, highest] = [Math.min(...known.map(({ error }) => error)), Math.max(...known.map(({ error }) => error))];
  const room = Math.max((highest - lowest) * 0.15, highest * 0.01, 1e-6);
  const [bottom, top] = [Math.max(0, lowest - room), highest + room];
  const across = valueMarks(0, Math.max(1, ...known.map(({ trainings }) => trainings)), MARKS);
  const right = across.at(-1) ?? 1;
  const x = (trainings: number) => 0.03 + 0.94 * (trainings / right);
  const y = (error: number) => HEIGHT - ((error - bottom) / (top - bottom)) * HEIGHT;

  const marks = [bottom, (bottom + top) / 2, top];
  const labels = marks.map(
    (value, index) =>
      markup`<text class="end" x="100%" dx="-8" y="${[HEIGHT - 2, HEIGHT / 2 + 4, 10][index] ?? 0}">${errorText(value)}</text>`,
  );
  const grid = marks.map(
    (value) => markup`<line class="grid" x1="0" x2="100%" y1="${rounded(y(value))}" y2="${rounded(y(value))}"/>`,
  );
  const points = spread(known.map(({ error, ...one }) => ({ ...one, y: y(error) }))).map(({ policy, trainings, y, labelY }) => {
    const isRight = x(trainings) > 0.7;
    const at = percent(x(trainings));
    return markup`${placedMark(policy.look, x(trainings), y)}<text class="point ${isRight ? "end" : "start"}" x="${at}" dx="${isRight ? -10 : 10}" y="${rounded(labelY + 4)}">${policy.result.policy}</text>`;
  });
  const axis = across.map((value) => {
    const at = percent(x(value));
    return markup`<line class="tick" x1="${at}" x2="${at}" y1="0" y2="4"/><text class="middle" x="${at}" y="16">${countText(value)}</text>`;
  });
  return figure({
    title: "Error served against trainings",
    about:
      "Each mark is a policy: further down serves fewer errors, further left trains less. The scale of errors does not begin at 0.",
    spoken: `${name}: ${known.map(({ policy, error, trainings }) => `${policy.result.policy} ${errorText(error)} at ${countText(trainings)}`).join(", ")} trainings.`,
    drawing: markup`<div class="plot"><svg height="${HEIGHT}" class="values">${labels}</svg><svg height="${HEIGHT}">${grid}${points}</svg><span></span><svg class="axis" height="20">${axis}</svg></div><p class="axis-title">trainings</p>`,
    legend: markup`<ul class="legend">${known.map(({ policy }) => markup`<li>${mark(policy.look)}${policy.result.policy}</li>`)}</ul>`,
    twin: table({
      label: `${name}: error served and trainings`,
      head: markup`<th scope="col">Policy</th><th scope="col">Mean error served</th><th scope="col">Steps</th><th scope="col">Trainings</th><th scope="col">Spend</th>`,
      body: markup`<tbody>${known.map(({ policy: { result }, error, trainings }) => markup`<tr><th scope="row">${result.policy}</th><td>${errorText(error)}</td><td>${countText(result.servedError?.steps ?? 0)}</td><td>${countText(trainings)}</td><td>${hasDecisions(result) ? moneyText(result.spendUsd) : UNKNOWN}</td></tr>`)}</tbody>`,
    }),
  });
}

interface Point {
  readonly policy: ShownPolicy;
  readonly trainings: number;
  readonly y: number;
}

/** Labels from the top down, each so far below the one before that both can be read. */
function spread(points: readonly Point[]): (Point & { readonly labelY: number })[] {
  let last = Number.NEGATIVE_INFINITY;
  return points
    .toSorted((one, other) => one.y - other.y)
    .map((point) => {
      last = Math.max(point.y, last + LABEL_PX);
      return { ...point, labelY: last };
    });
}
