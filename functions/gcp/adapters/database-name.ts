/** The parts of `projects/<project>/databases/<database>`; undefined for any other text. */
export function parseDatabaseName(name: string): { readonly projectId: string; readonly databaseId: string } | undefined {
  const [, projectId, databaseId] = /^projects\/([^/]+)\/databases\/([^/]+)$/.exec(name) ?? [];
  return projectId === undefined || databaseId === undefined ? undefined : { projectId, databaseId };
}
