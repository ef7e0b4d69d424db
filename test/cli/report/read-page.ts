/** The rows of a page's table, its head first, as their texts; the label is that of its region. */
export function tableOf(page: string, label: string): string[][] {
  const region = page.split(`aria-label="${label}"`)[1];
  if (region === undefined) throw new Error(`the page has no table ${label}`);
  const [table = ""] = region.split("</table>");
  return [...table.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = ""]) => textOf(cell)),
  );
}

/** The text of markup, with plain spaces. */
export function textOf(html: string): string {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Elements and the names of their attributes. */
export function tagsOf(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, ""));
}
