import { unzipSync } from "fflate";
import { deterministicZip } from "../../../modules/bundle/deterministic-zip";

describe("deterministicZip", () => {
  it("should hold the files", () => {
    const zip = deterministicZip({ "index.js": "exports.handler = 1;" });

    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(["index.js"]);
    expect(new TextDecoder().decode(files["index.js"])).toBe("exports.handler = 1;");
  });

  it("should not depend on the order of the files", () => {
    expect(deterministicZip({ a: "1", b: "2" })).toEqual(deterministicZip({ b: "2", a: "1" }));
  });

  it("should mark a file as one that everybody may read, made on 1 January 1980", () => {
    const zip = Buffer.from(deterministicZip({ "index.js": "" }));

    // Offsets within the central directory's header: APPNOTE.TXT of PKWARE, section 4.3.12.
    const header = zip.indexOf("PK\x01\x02", "latin1");
    expect(zip.readUInt16LE(header + 12)).toBe(0);
    expect(zip.readUInt16LE(header + 14)).toBe((0 << 9) | (1 << 5) | 1);
    expect(zip.readUInt32LE(header + 38) >>> 16).toBe(0o100644);
  });
});
