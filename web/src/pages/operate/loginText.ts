import type { Login } from '../../api/schema';

/** Says to a person whether they can log in when a backup is restored. */
export function loginText(login: Login): { title: string; text: string; bad: boolean } {
  const owners = login.owners.length > 0 ? `Its owners: ${login.owners.join(', ')}.` : 'It has no owner: the server prints a link that makes one.';
  if (!login.known) return { bad: true, title: 'You will not be able to log in', text: `The backup does not know you. ${owners}` };
  const role = `Your role was ${login.role ?? ''} then.`;
  if (login.password === 'same') return { bad: false, title: 'You can log in as you do now', text: role };
  if (login.password === 'other') return { bad: false, title: 'You log in with your password of then', text: `It is another one than now. ${role}` };
  if (login.provider) return { bad: false, title: 'You log in at your identity provider', text: `You had no password then. ${role}` };
  return { bad: true, title: 'You may not be able to log in', text: `You had no password then, and no identity provider. ${owners}` };
}
