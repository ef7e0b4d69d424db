// Imported before all else: what V8 compiled of cdktf and the providers is kept for the next synthesis, a tenth of its time.
import * as nodeModule from "node:module";

// Node 20 has no such cache.
nodeModule.enableCompileCache?.();
