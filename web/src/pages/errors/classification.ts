const labels: Record<string, string> = {
  value: 'A value is wrong or missing',
  reference: 'It points to a record that is not there',
  duplicate: 'The record exists already',
  missing: 'The record to change does not exist',
  permission: 'The role may not do that',
  locked: 'The record cannot be changed now',
  mapping: 'The mapping failed',
  source: 'The source cannot be read',
  unknown: 'The outcome is not known',
  intermittent: 'It may work when tried again',
  other: 'Something else',
};

/** Every classification, by the name that the API has. */
export const classes = Object.keys(labels);

/** What kind of cure an error needs, in words. */
export function classLabel(classification: string): string {
  return labels[classification] ?? classification;
}
