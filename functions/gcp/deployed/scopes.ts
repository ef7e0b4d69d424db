/** What the access tokens of the functions are for: roles alone decide what they may do. */
export const SCOPES = "https://www.googleapis.com/auth/cloud-platform";
