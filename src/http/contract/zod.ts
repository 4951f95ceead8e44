/** zod with `.openapi()`, which must be there before the first schema is made. Every contract imports it from here. */
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

extendZodWithOpenApi(z);

export { z };
