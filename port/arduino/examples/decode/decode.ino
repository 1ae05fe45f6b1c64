// Decodes a chat stream that comes on the serial port, with or without an HTTP head, and prints its text.
#include <rill.h>

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;  // what each item fills
static rill_stream stream;
static const rill_stream_config config = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_AUTO, NULL};

void setup() {
  Serial.begin(115200);
  rill_stream_begin(&stream, &config);
}

void loop() {
  rill_item item;
  if (rill_stream_next(&stream, &item) == RILL_MORE) {
    char *place;
    size_t space = rill_stream_space(&stream, &place);
    size_t length = 0;
    while (length < space && Serial.available() > 0)
      place[length++] = (char)Serial.read();
    if (length > 0)
      rill_stream_got(&stream, length);
  } else if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choice_count > 0) {
    const rill_text &text = chunk.choices[0].message.content;
    Serial.write((const uint8_t *)text.data, text.length);
  } else if (item.kind == RILL_ITEM_END) {
    rill_stream_begin(&stream, &config);  // the next answer
  }
}
