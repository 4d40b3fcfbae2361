/** Another attempt holds the lease of the job, so the result of this one would be dropped. */
export class AttemptSuperseded extends Error {}
