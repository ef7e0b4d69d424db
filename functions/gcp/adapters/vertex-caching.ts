type Fields = Readonly<Record<string, unknown>>;

/**
 * A pipeline's spec in which no step may take over an earlier run's result, in nested pipelines neither: with the same parameters
 * a run would succeed without training. https://cloud.google.com/vertex-ai/docs/pipelines/configure-caching
 */
export function withoutCaching(spec: Fields): Fields {
  return {
    ...spec,
    root: uncachedComponent(spec.root),
    ...(spec.components !== undefined && { components: mapFields(spec.components, uncachedComponent) }),
  };
}

function uncachedComponent(component: unknown): unknown {
  if (!isFields(component) || !isFields(component.dag)) return component;
  const tasks = mapFields(component.dag.tasks, (task) =>
    isFields(task) ? { ...task, cachingOptions: { enableCache: false } } : task,
  );
  return { ...component, dag: { ...component.dag, tasks } };
}

function mapFields(value: unknown, change: (field: unknown) => unknown): unknown {
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, change(field)])) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
