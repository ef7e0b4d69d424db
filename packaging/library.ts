// One bundle for the app and for all that is imported from the package, so that a class is the same class everywhere. Each part is
// loaded when it is asked for: the app's own start is fast because it changes how errors take their traces, which is not for the
// apps of others.
export const app = () => require("../main") as typeof import("../main");
export const aws = () => require("./public/aws") as typeof import("./public/aws");
export const gcp = () => require("./public/gcp") as typeof import("./public/gcp");
export const config = () => require("./public/config") as typeof import("./public/config");
