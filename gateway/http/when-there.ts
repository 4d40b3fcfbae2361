/**
 * Goes on with a value at once when it is there, else when it comes. Nearly everything at the door is there: waiting
 * for it in `async` functions costs time and garbage with every request.
 */
export const whenThere = <Value, Result>(
  value: Value | Promise<Value>,
  goOn: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> => (value instanceof Promise ? value.then(goOn) : goOn(value));
