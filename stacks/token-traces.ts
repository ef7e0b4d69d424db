// Imported before cdktf: it takes a stack trace for every token, a tenth of a synthesis' time, to show it in hardly any error. Those
// are objects of their own kind, so errors keep their traces.
Error.prepareStackTrace = (error: unknown, frames: readonly unknown[]) =>
  error instanceof Error ? [String(error), ...frames.map((frame) => `    at ${frame}`)].join("\n") : "";
