import type { MonitorFiles } from "../../functions/core/capture/ports";

export interface MonitorFilesContract {
  readonly name: string;
  /** What the addresses of its files begin with, such as `s3://`. */
  readonly scheme: string;
  /** Without any file. */
  readonly create: () => MonitorFiles | Promise<MonitorFiles>;
}

/** The contract of the `MonitorFiles` port. Every adapter's test is one call. */
export function describeMonitorFiles({ name, scheme, create }: MonitorFilesContract): void {
  const uri = `${scheme}lake/retrigger/baselines/flights.json`;

  describe(`MonitorFiles: ${name}`, () => {
    it("should have no file before one is written", async () => {
      const files = await create();

      expect([await files.has(uri), await files.read(uri)]).toEqual([false, undefined]);
    });

    it.each(["{}", '{"feature":"Größe 📏","lines":"\\n"}\n', ""])("should give back what was written: %j", async (text) => {
      const files = await create();

      const written = await files.create(uri, text);

      expect([written, await files.has(uri), await files.read(uri)]).toEqual([true, true, text]);
    });

    it("should leave a file as it is when it is written again", async () => {
      const files = await create();
      await files.create(uri, "first");

      const again = [await files.create(uri, "second"), await files.create(uri, "first")];

      expect([again, await files.read(uri)]).toEqual([[false, false], "first"]);
    });

    it("should let one of those win that write at the same time", async () => {
      const files = await create();
      const texts = ["a", "b", "c", "d", "e"];

      const written = await Promise.all(texts.map((text) => files.create(uri, text)));

      expect(written.filter(Boolean)).toHaveLength(1);
      expect(await files.read(uri)).toBe(texts[written.indexOf(true)]);
    });

    it("should tell addresses apart, whatever they are made of", async () => {
      const files = await create();
      const names = ["a", "a/", "a b", "a+b", "a%20b", "a#b", "a?b", "ä/é.json", "a&b=c", "__proto__"];
      const uris = [...names.map((one) => `${scheme}lake/${one}`), `${scheme}other/a`];

      const written: boolean[] = [];
      for (const one of uris) written.push(await files.create(one, one));

      expect(written).toEqual(uris.map(() => true));
      expect(await Promise.all(uris.map((one) => files.read(one)))).toEqual(uris);
    });
  });
}
