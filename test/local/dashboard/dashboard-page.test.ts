import fc from "fast-check";
import { type DashboardSide, dashboardPage } from "../../../local/dashboard/dashboard-page";
import type { Panel } from "../../../local/dashboard/panel";

const HOUR_MS = 3_600_000;

describe("dashboardPage", () => {
  it("should show both answers to a question beside each other, and say what only one dashboard has", () => {
    const page = pageOf([heading("Why?"), chart("both"), chart("left")], [heading("Why?"), chart("right"), chart("both")]);

    expect(page.match(/<h2>Why\?<\/h2>/g)).toHaveLength(1);
    expect([...page.matchAll(/<h3>(\w+)<\/h3>/g)].map(([, title]) => title)).toEqual(["both", "left", "right"]);
    expect(page.match(/not on this dashboard/g)).toHaveLength(2);
  });

  it("should name the lines without what their names share, and not those that stay at 0", () => {
    const labels = ["K m a", "K m b", "K m x", "K m y", "K m z"];
    const page = pageOf([chart("t", ...labels)], []);

    expect([...page.matchAll(/<span>([^<]*)<\/span> <b>([^<]*)/g)].map(([, ...item]) => item)).toEqual([
      ["a", "Σ 3"],
      ["b", "Σ 3"],
    ]);
    expect(page).toContain("and 3 at 0");
  });

  it("should escape whatever names say, wherever they are", () => {
    fc.assert(
      fc.property(hostile(), (text) => {
        const page = pageOf([heading(text), chart(text, text, `K ${text}`), ...otherPanels(text)], [chart(text, text)], text);

        const plain = pageOf([heading("n"), chart("n", "n", "K n"), ...otherPanels("n")], [chart("n", "n")], "n");
        expect(tagsOf(page)).toEqual(tagsOf(plain));
      }),
    );
  });

  it("should need nothing else, and forbid it", () => {
    const page = pageOf([chart("t", "l")], []);

    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|url\(|@import/);
  });
});

// Helpers

function pageOf(left: readonly Panel[], right: readonly Panel[], text = "n"): string {
  return dashboardPage({
    title: text,
    about: text,
    time: { from: 0, until: 2 * HOUR_MS },
    sides: [sideOf(left, text), sideOf(right, text)],
  });
}

function sideOf(panels: readonly Panel[], text: string): DashboardSide {
  return {
    cloud: text,
    run: text,
    panels: panels.map((panel, index) => ({ panel, x: 0, y: index, width: 12 })),
    numbers: [{ label: text, value: text }],
  };
}

function heading(text: string): Panel {
  return { kind: "heading", text };
}

/** The third line and those after it stay at 0. */
function chart(title: string, ...labels: readonly string[]): Panel {
  const lines = labels.map((label, index) => ({
    label,
    periodMs: HOUR_MS,
    values: index < 2 ? [1, 2] : [0, undefined],
    statistic: "Sum",
    isSum: true,
  }));
  return { kind: "chart", title, isStacked: true, lines };
}

function otherPanels(text: string): Panel[] {
  return [
    { kind: "table", title: `${text} 1`, columns: [text], rows: [[text]] },
    { kind: "alarms", title: `${text} 2`, names: [text] },
    { kind: "unreadable", title: `${text} 3`, why: text },
  ];
}

function hostile() {
  const pieces = [
    "<script>alert(1)</script>",
    "</style>",
    "<!--",
    "-->",
    '"',
    "'",
    "&lt;",
    "onload=",
    "\u0000",
    "\u202e",
    "\ud800",
    "]]>",
    "x",
  ];
  return fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((parts) => `n${parts.join("")}`);
}

/** Elements and the names of their attributes. */
function tagsOf(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, ""));
}
