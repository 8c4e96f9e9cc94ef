/** A refusal as REST words it. */
export class RestRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export function notFound(): RestRefusal {
  return new RestRefusal(404, 'Not Found');
}

export function forbidden(): RestRefusal {
  return new RestRefusal(403, 'Resource not accessible by integration');
}

export function emptyRepository(): RestRefusal {
  return new RestRefusal(409, 'Git Repository is empty.');
}
