// The members that are compared, with what each may hold. A member of the recorded answers that stands neither here nor in
// `skipped` below fails the test: nothing is left out in silence.
//
//   text      a string
//   integer   a number, its fraction dropped, or a string of digits
//   real      a number
//   json      anything, compared whole
//   [shape]   an array of that
//   {...}     an object; its members
//   either(…) one of several, by the type of the value
//
// null is kept as null everywhere. A value of a type that is not told here counts as absent; `otherTypes` lists those seen.

export const either = (...shapes) => ({ either: shapes });

const topLogprob = { token: 'text', logprob: 'real', bytes: ['json'] };
const logprob = { ...topLogprob, top_logprobs: [topLogprob] };

const logprobs = {
  content: [logprob],
  refusal: [logprob],
  // of text completions
  tokens: ['json'],
  token_logprobs: ['json'],
  text_offset: ['json'],
  top_logprobs: ['json'],
};

const args = either('text', 'minified');
const signature = { thought_signature: 'text' };

export const toolCall = {
  index: 'integer',
  id: 'text',
  type: 'text',
  function: { name: 'text', arguments: args },
  custom: { name: 'text', input: 'text' },
  extra_content: { google: signature, vertex: signature },
};

// `delta` of a chunk and `message` of an answer
export const message = {
  role: 'text',
  content: either('text', 'parts'),
  reasoning_content: 'reasoning',
  reasoning: 'reasoning',
  refusal: 'text',
  name: 'text',
  tool_call_id: 'text',
  tool_calls: either([toolCall], toolCall),
  function_call: { name: 'text', arguments: args },
  audio: { id: 'text', data: 'text', transcript: 'text', expires_at: 'integer' },
};

export const usage = {
  prompt_tokens: 'integer',
  completion_tokens: 'integer',
  total_tokens: 'integer',
  prompt_tokens_details: {
    cached_tokens: 'integer',
    cache_write_tokens: 'integer',
    audio_tokens: 'integer',
    text_tokens: 'integer',
    image_tokens: 'integer',
    video_tokens: 'integer',
  },
  completion_tokens_details: {
    reasoning_tokens: 'integer',
    audio_tokens: 'integer',
    text_tokens: 'integer',
    image_tokens: 'integer',
    accepted_prediction_tokens: 'integer',
    rejected_prediction_tokens: 'integer',
  },
  cached_tokens: 'integer',
  prompt_cache_hit_tokens: 'integer',
  prompt_cache_miss_tokens: 'integer',
  cost: 'real',
};

export const choice = {
  index: 'integer',
  delta: message,
  message,
  text: 'text',
  finish_reason: 'text',
  native_finish_reason: 'text',
  stop_reason: either('text', 'integer', 'tagged'),
  matched_stop: either('text', 'integer'),
  logprobs: either(logprobs, 'real'),
  usage,
};

export const answer = {
  id: 'text',
  object: 'text',
  created: 'integer',
  model: 'text',
  system_fingerprint: 'text',
  service_tier: 'text',
  choices: [choice],
  usage,
  x_groq: { usage },
  signature: 'text',
  response_hash: 'text',
};

// What an error is made of, wherever it stands; in rill's line: message, type, param, code.
export const error = { message: 'text', type: 'text', param: 'text', code: either('text', 'integer') };

// Members that rill passes over by design, by reason. `*` stands for any one name. What lies inside is skipped, too.
export const skipped = {
  'random text against guessing by length': ['obfuscation', 'choices[].obfuscation', 'p'],
  'told twice: docs/design.md, facts and rules': [
    'choices[].delta beside another',
    'choices[].message beside another',
    'choices[].text beside another',
  ],
  'the type of a content part: its text tells it': [
    'choices[].*.content[].type',
    'choices[].*.content[].thinking[].type',
    'choices[].*.content[].closed',
  ],
  'reasoning once more, with signatures (OpenRouter)': ['choices[].*.reasoning_details'],
  "Gemini's signature at the message, not at a tool call": [
    'choices[].message.extra_content',
    'choices[].message.thought_signature',
  ],
  'sources, citations and tools that the server ran itself': [
    'citations',
    'search_results',
    'choices[].message.annotations',
    'choices[].message.executed_tools',
  ],
  'content filters and moderation': [
    'choices[].content_filter_offsets',
    'choices[].content_filter_results',
    'moderation',
    'prompt_filter_results',
  ],
  'token numbers': [
    'choices[].delta.token_id',
    'choices[].logprobs.content[].id',
    'choices[].prompt_logprobs',
    'choices[].token_ids',
    'prompt_logprobs',
    'prompt_token_ids',
  ],
  'of one server: the choice and its message': [
    'choices[].*.graph_data',
    'choices[].*.image_data',
    'choices[].*.llm_data',
    'choices[].*.provider_metadata',
    'choices[].*.translation_data',
    'choices[].*.web_search_data',
    'choices[].delta.channel',
    'choices[].delta.index',
    'choices[].error', // OpenRouter: an error of one choice, in an answer that is whole
    'choices[].finish_details',
    'choices[].message.tool_calls[].function.call_id',
    'choices[].message.tool_calls[].function.description',
    'choices[].messages', // Azure with data sources: another shape of answer
    'choices[].routed_experts',
    'choices[].seed',
    'choices[].trace_details',
  ],
  'of one server: the answer': [
    'created_at',
    'generationId',
    'kv_transfer_params',
    'latency_checkpoint',
    'metadata',
    'metrics',
    'model_id',
    'model_version',
    'prompt',
    'prompt_text',
    'provider',
    'request_id',
    'sla_metrics',
    'stream_options',
    'system',
    'time_info',
    'timings',
    'usage_breakdown',
    'x_groq.id',
    'x_groq.seed',
  ],
  'usage: times and rates': [
    'usage.*_per_sec',
    'usage.*_per_sec_first_ten',
    'usage.*_per_second',
    'usage.*_time',
    'x_groq.usage.*_time',
    'usage.*_token_ms',
    'usage.latency_checkpoint',
    'usage.time_to_first_token',
    'usage.total_latency',
  ],
  'usage: what only one provider counts, or tells a second time': [
    'usage.audio_prompt_tokens',
    'usage.cache_creation_input_tokens',
    'usage.cache_read_input_tokens',
    'usage.cost_details',
    'usage.cost_in_usd_ticks',
    'usage.draft_tokens',
    'usage.draft_tokens_acceptance',
    'usage.is_byok',
    'usage.is_last_response',
    'usage.market_cost',
    'usage.num_cached_tokens',
    'usage.num_sources_used',
    'usage.prompt_audio_seconds',
    'usage.prompt_token_details',
    'usage.prompt_tokens_details.multimodal_tokens',
    'usage.pydantic_ai_gateway',
    'usage.reasoning_tokens',
    'usage.search_context_size',
    'usage.server_tool_use_details',
    'usage.service_tier',
    'usage.stop_reason',
  ],
  'errors: details beside message, type, param and code': [
    'error.details',
    'error.failed_generation',
    'error.innererror',
    'error.metadata',
    'error.method',
    'error.originalUrl',
    'error.path',
    'error.status',
    'error.status_code',
    'statusCode',
    'user_id',
    'warnings',
  ],
};

// Values whose type is not decoded, though their member is, by reason.
export const otherTypes = {
  'content as an object (Cloudflare: the answer to a request for JSON)': ['choices[].message.content as object'],
  'cost as an object (Perplexity)': ['usage.cost as object'],
};
