// What is given to Frama-C for each room.
const sieve = ['sieve*', 'lean', 'chat_rules'];
const fill = [...sieve, 'fill*'];
const stream = [...fill, 'stream*', 'sse', 'http*'];

// States are kept apart as long as they differ, so that what is known in front of the window stays known.
const PRECISE = '-eva-precision 2 -eva-slevel 20000 -eva-min-loop-unroll 300 -eva-split-return full';

// EVA: the harness is NAME.c; `window` is the number of bytes that may be any.
export const EVA = {
  http: { sources: ['http*'], window: 2 },
  sse: { sources: ['sse'], window: 2 },
  sieve: { sources: sieve, window: 1 },
  fill: { sources: fill, window: 1 },
  json: { sources: [...fill, 'json'], window: 1 },
  stream: { sources: stream, window: 1 },
  reuse: { sources: [...stream, 'reuse*'], window: 1 },
  client: { sources: [...stream, 'client', 'request'], window: 1 },
  request: {
    sources: ['request'],
    options: '-eva-precision 1 -eva-slevel 300 -eva-slevel-function put_decimal:0,is_taken:0,same_name:0,main:0 ' +
      '-eva-split-return-function any_count:full,check_head:full,check_body:full,message_is_whole:full',
  },
  tables: { sources: [] },
  status: { sources: ['status_text'], options: '-eva-precision 1 -eva-slevel 200 -eva-min-loop-unroll 100' },
  collect: { sources: ['collect*'], options: '-eva-precision 1 -eva-slevel 100 -eva-min-loop-unroll 10' },
};
for (const room of Object.values(EVA)) room.options ??= PRECISE;

// WP: all functions of these sources; `inlined` are proved where they are called, of `skipped` docs/proof.md tells. `axioms` are
// proved as bit vectors.
export const WP = {
  sse: {
    sources: ['sse'],
    inlined: 'is_line_end,begin_line,end_line,reset_type,begin_value,read_bom,read_value,commit_id,give_span,give_end,' +
      'give_join,begin_event,give_event,begins_data,rill_is_low,rill_is_plain',
    skipped: 'rill_same', // of words.h; sse does not call it
  },
  http: {
    sources: ['http*'],
    inlined: 'is_blank,hands_out,kind_of,failure,fail,give,begin_number,number_of,begin_element,end_length,add_to_status,' +
      'begin_chunk',
    skipped: 'match,state_behind', // every:tables
  },
  sieve: {
    sources: ['sieve*'],
    inlined: 'has_room,in_object,top_frame,side_of,skip_value,tell_value,one_more_member,is_blank,is_digit,atomic_value,' +
      'rill_is_plain,rill_is_low,rill_same,text_is_open,is_bracket',
    skipped: 'rill_open_frame,rill_close_bracket,rill_half_fetch,enter,pass_over,keep_value,begin_root,begin_member,begin_element,' +
      'rill_begin_value,structure_byte,inner_byte,step,rill_sieve_push,put_path,rill_sieve_reopen,put_index,put_half_member,' +
      'rill_sieve_take_half,rill_low_byte,rill_digits_end',
    axioms: 'brackets',
    timeout: '8', // what is proved takes a second, four on a machine that does other things
  },
};

// Programs that call functions with every argument there is, or from every state; of each build, the one for small code and the
// one for speed.
export const EVERY = {
  tables: { builds: ['-D__OPTIMIZE_SIZE__'], sources: [] },
  steps: { builds: ['-D__OPTIMIZE_SIZE__', '-U__OPTIMIZE_SIZE__'], sources: ['sieve*', 'lean', 'chat*'] },
};

// ILP32 as on small cores, and LP64.
export const MACHINES = ['gcc_x86_32', 'gcc_x86_64'];
