import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileEvaluationFiles } from "../../../local/files/file-evaluation-files";
import { describeEvaluationFiles } from "../../contracts/evaluation-files.contract";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describeEvaluationFiles({
  name: "folder",
  scheme: "s3://",
  create: () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-evaluations-"));
    folders.push(folder);
    const put = (uri: string, bytes: Buffer) => {
      const path = join(folder, uri.slice("s3://".length));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    };
    return { files: fileEvaluationFiles(folder), put };
  },
});
