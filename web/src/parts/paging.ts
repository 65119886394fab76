/** How the parts of a long list of the API follow each other. */
export const parts = {
  pageParamName: 'before',
  initialPageParam: 0,
  getNextPageParam: (last: { next?: number }) => last.next || undefined,
};
