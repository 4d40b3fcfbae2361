/** Also read by the request pipeline, where programs may send the token as a cookie. */
const NAME = 'token';

export type CookieOptions = { readonly isSecure: boolean };

/** Scripts cannot read it, other sites cannot send it, and it ends with the token. */
const attributes = ({ isSecure }: CookieOptions): string =>
  `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;

/** The `Set-Cookie` that signs in with `token` for so many seconds. */
export const sessionCookie = (token: string, maxAgeS: number, options: CookieOptions): string =>
  `${NAME}=${token}; Max-Age=${String(Math.max(0, Math.floor(maxAgeS)))}; ${attributes(options)}`;

/** The `Set-Cookie` that signs out. */
export const endOfSession = (options: CookieOptions): string => `${NAME}=; Max-Age=0; ${attributes(options)}`;
