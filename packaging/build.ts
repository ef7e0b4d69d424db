// Writes the package into dist/package; `npm run package` makes a file of it.
import { join } from "node:path";
import { buildPackage } from "./build-package";

buildPackage(process.cwd(), join(process.cwd(), "dist", "package")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
