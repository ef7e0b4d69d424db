/** Codes of Node.js for a host that has no address, or does not answer. https://nodejs.org/api/errors.html#common-system-errors */
const CODES = [
  ...["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE"],
  ...["ETIMEDOUT", "ESOCKETTIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH"],
];

/** True for the error of a connection that did not come about, or of an answer that did not come in time. */
export function isUnreachable(error: Error): boolean {
  if (error.name === "TimeoutError") return true;
  return "code" in error && CODES.some((code) => code === error.code);
}
