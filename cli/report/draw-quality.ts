import { type Markup, markup } from "../../local/dashboard/markup";
import { figure, mark, percent, placedMark, rounded, table } from "./figure";
import { countText, errorText, moneyText, UNKNOWN } from "./report-words";
import { hasMoney, type ShownModel } from "./shown-model";

const HEIGHT = 240;
/** Numbers of trainings on the axis. */
const MARKS = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];
/** Pixels of a label: its height, of a letter, and of the narrowest drawing. */
const LINE_PX = 15;
const LETTER_PX = 7;
const WIDTH_PX = 300;

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
  const most = Math.max(1, ...known.map(({ trainings }) => trainings));
  // By ratio, with a place for none: a few trainings more matter where there are few.
  const x = (trainings: number) => 0.03 + 0.94 * (Math.log1p(trainings) / Math.log1p(most));
  const y = (error: number) => HEIGHT - ((error - bottom) / (top - bottom)) * HEIGHT;

  const marks = [bottom, (bottom + top) / 2, top];
  const labels = marks.map(
    (value, index) =>
      markup`<text class="end" x="100%" dx="-8" y="${[HEIGHT - 2, HEIGHT / 2 + 4, 10][index] ?? 0}">${errorText(value)}</text>`,
  );
  const grid = marks.map(
    (value) => markup`<line class="grid" x1="0" x2="100%" y1="${rounded(y(value))}" y2="${rounded(y(value))}"/>`,
  );
  const placed = placeLabels(
    known.map(({ policy, error, trainings }) => ({ text: policy.result.policy, x: x(trainings) * WIDTH_PX, y: y(error) })),
  );
  const points = known.map(({ policy, error, trainings }, index) => {
    const label = placed[index];
    const text =
      label === undefined
        ? ""
        : markup`<text class="point ${label.anchor}" x="${percent(x(trainings))}" dx="${label.dx}" y="${rounded(y(error) + label.dy)}">${policy.result.policy}</text>`;
    return markup`${placedMark(policy.look, x(trainings), y(error))}${text}`;
  });
  const axis = MARKS.filter((value) => value <= most).map((value) => {
    const at = percent(x(value));
    return markup`<line class="tick" x1="${at}" x2="${at}" y1="0" y2="4"/><text class="middle" x="${at}" y="16">${countText(value)}</text>`;
  });
  return figure({
    title: "Error served against trainings",
    about:
      "Each mark is a policy: further down serves fewer errors, further left trains less. Errors do not begin at 0; trainings are by ratio.",
    spoken: `${name}: ${known.map(({ policy, error, trainings }) => `${policy.result.policy} ${errorText(error)} at ${countText(trainings)}`).join(", ")} trainings.`,
    drawing: markup`<div class="plot"><svg height="${HEIGHT}" class="values">${labels}</svg><svg height="${HEIGHT}">${grid}${points}</svg><span></span><svg class="axis" height="20">${axis}</svg></div><p class="axis-title">trainings</p>`,
    legend: markup`<ul class="legend">${known.map(({ policy }) => markup`<li>${mark(policy.look)}${policy.result.policy}</li>`)}</ul>`,
    twin: table({
      label: `${name}: error served and trainings`,
      head: markup`<th scope="col">Policy</th><th scope="col">Mean error served</th><th scope="col">Steps</th><th scope="col">Trainings</th><th scope="col">Spend</th>`,
      body: markup`<tbody>${known.map(({ policy: { result }, error, trainings }) => markup`<tr><th scope="row">${result.policy}</th><td>${errorText(error)}</td><td>${countText(result.servedError?.steps ?? 0)}</td><td>${countText(trainings)}</td><td>${hasMoney(result) ? moneyText(result.spendUsd) : UNKNOWN}</td></tr>`)}</tbody>`,
    }),
  });
}

interface Label {
  readonly anchor: "start" | "middle" | "end";
  readonly dx: number;
  readonly dy: number;
}

/** Beside a mark, then above and below it, and at last a line further, where marks are on top of each other. */
const LABELS: readonly Label[] = [
  { anchor: "start", dx: 10, dy: 4 },
  { anchor: "end", dx: -10, dy: 4 },
  { anchor: "middle", dx: 0, dy: -10 },
  { anchor: "middle", dx: 0, dy: 19 },
  { anchor: "start", dx: 6, dy: 16 },
  { anchor: "start", dx: 6, dy: -8 },
  { anchor: "end", dx: -6, dy: 16 },
  { anchor: "end", dx: -6, dy: -8 },
  { anchor: "start", dx: 10, dy: 19 },
  { anchor: "start", dx: 10, dy: -11 },
  { anchor: "end", dx: -2, dy: 21 },
  { anchor: "end", dx: -2, dy: -13 },
  { anchor: "middle", dx: 0, dy: 34 },
  { anchor: "start", dx: -4, dy: 34 },
  { anchor: "end", dx: 4, dy: 34 },
  { anchor: "end", dx: 4, dy: -29 },
];

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A place for each label where it hides neither a mark nor another label; undefined where there is none: the legend names it. */
function placeLabels(points: readonly { readonly text: string; readonly x: number; readonly y: number }[]): (Label | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return points.map(({ text, x, y }) => {
    const found = LABELS.map((label) => ({ label, box: boxOf(label, text.length * LETTER_PX, x, y) })).find(
      ({ box }) =>
        box.left >= 0 && box.right <= WIDTH_PX && box.top >= 0 && box.bottom <= HEIGHT && !taken.some((one) => overlap(one, box)),
    );
    if (found !== undefined) taken.push(found.box);
    return found?.label;
  });
}

function boxOf({ anchor, dx, dy }: Label, width: number, x: number, y: number): Box {
  const left = x + dx - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
  return { left, right: left + width, top: y + dy - LINE_PX + 4, bottom: y + dy + 4 };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
