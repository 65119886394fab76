import { useMutation } from '@tanstack/react-query';

import { api } from '../../api/client';

/** Begins a sign-in at the OpenID provider and goes to its page. */
export function useSignIn() {
  return useMutation({
    mutationFn: async (body: { return?: string; link?: boolean }) => {
      const { data } = await api.POST('/api/v1/oidc/begin', { body });
      if (data) window.location.assign(data.url);
    },
  });
}
