/**
 * The form of a user id, whatever its source: the `sub` of a token, a webhook, a path. It becomes part of names of
 * streams, of paths and of keys, so an id that one of these cannot contain is refused at the edge.
 */
export const USER_ID = /^[A-Za-z0-9][A-Za-z0-9._~@|:-]{0,63}$/;
