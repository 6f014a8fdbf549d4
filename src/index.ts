import { findings } from './plugins/findings';
import { magic } from './plugins/magic';
import { marks } from './plugins/marks';
import { status } from './plugins/status';

export * from './tokens';

export default [findings, marks, status, magic];
