/**
 * Keeps one warning of Google's client from people: that no metadata server answered, as none does outside Google Cloud. Whoever is
 * not signed in is told so by the command. Every other warning is told as before.
 * @param processOf whose warnings these are
 */
export function quietMetadataWarning(processOf: Pick<NodeJS.Process, "emitWarning"> = process): void {
  const emit = processOf.emitWarning.bind(processOf) as (warning: string | Error, ...rest: readonly unknown[]) => void;
  processOf.emitWarning = (warning: string | Error, ...rest: readonly unknown[]) => {
    const [second] = rest;
    const type = typeof second === "object" && second !== null && "type" in second ? second.type : second;
    const name = warning instanceof Error ? warning.name : type;
    if (name !== "MetadataLookupWarning") emit(warning, ...rest);
  };
}
