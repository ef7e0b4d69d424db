/** A port whose adapter is made by the first call of one of its methods, all of which return promises. */
export function lazyPort<T extends object>(load: () => Promise<T>): T {
  let loaded: Promise<T> | undefined;
  const call = async (name: string | symbol, parameters: unknown[]): Promise<unknown> => {
    loaded ??= load();
    const port = await loaded;
    const method: unknown = Reflect.get(port, name);
    if (typeof method !== "function") throw new TypeError(`the port has no method ${String(name)}`);
    return method.apply(port, parameters);
  };
  const methods = {
    get:
      (_target: object, name: string | symbol) =>
      (...parameters: unknown[]) =>
        call(name, parameters),
  };
  return new Proxy<T>({} as T, methods);
}
