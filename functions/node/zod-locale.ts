// The functions use zod/mini, a sixth of the size of zod. It brings no messages of its own, and its list of languages brings all.
import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

z.config(en());
