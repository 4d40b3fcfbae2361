/** No worker takes the task at the moment; callers see an outage. */
export class WorkersUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ServiceUnavailable';
  }
}
