// RapidJSON: its reader, which calls out each value and unescapes in place, with SSE2.
#define RAPIDJSON_SSE2
#include <rapidjson/reader.h>

#include "contestant.h"
#include "sax.h"

static sax at;

struct handler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, handler> {
    bool Int(int number) { return Int64(number); }
    bool Uint(unsigned number) { return Int64(number); }
    bool Uint64(uint64_t number) { return Int64((int64_t)number); }
    bool Double(double number) { return Int64((int64_t)number); }
    bool Int64(int64_t number)
    {
        sax_integer(&at, number);
        return true;
    }
    bool String(const char *data, rapidjson::SizeType length, bool)
    {
        sax_string(&at, data, length);
        return true;
    }
    bool Key(const char *name, rapidjson::SizeType length, bool)
    {
        sax_key(&at, name, length);
        return true;
    }
    bool StartObject()
    {
        sax_object(&at);
        return true;
    }
    bool StartArray()
    {
        sax_array(&at);
        return true;
    }
    bool EndObject(rapidjson::SizeType)
    {
        sax_close(&at);
        return true;
    }
    bool EndArray(rapidjson::SizeType)
    {
        sax_close(&at);
        return true;
    }
};

void bench_event(char *data, size_t)
{
    static rapidjson::Reader reader;
    rapidjson::InsituStringStream stream(data);
    handler values;
    sax_begin(&at);
    if (reader.Parse<rapidjson::kParseInsituFlag>(stream, values))
        answer_take(&at.event);
}
