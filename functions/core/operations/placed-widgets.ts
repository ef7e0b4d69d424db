import type { Section, Widget } from "./dashboard";

/** Columns of both clouds' dashboards; Cloud Monitoring allows 48, CloudWatch has 24. */
export const DASHBOARD_COLUMNS = 24;
const WIDGET_HEIGHT = 6;
const HEADING_HEIGHT = 2;

/** A section's question, or one of its widgets, where it stands; units are columns and rows. */
export interface Placed {
  readonly content: Widget | { readonly kind: "heading"; readonly text: string };
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Every section below the other: its question, then its widgets, from left to right while there is room. */
export function placedWidgets(sections: readonly Section[]): Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const { question, widgets } of sections) {
    placed.push({ content: { kind: "heading", text: question }, x: 0, y, width: DASHBOARD_COLUMNS, height: HEADING_HEIGHT });
    y += HEADING_HEIGHT;
    let x = 0;
    for (const widget of widgets) {
      if (x + widget.width > DASHBOARD_COLUMNS) {
        x = 0;
        y += WIDGET_HEIGHT;
      }
      placed.push({ content: widget, x, y, width: widget.width, height: WIDGET_HEIGHT });
      x += widget.width;
    }
    y += WIDGET_HEIGHT;
  }
  return placed;
}
