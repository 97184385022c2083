// Names come from the schema itself; groups are ours.
#include "viz/model/groups.hpp"

#include <google/protobuf/descriptor.h>

#include "glasspost/v1/letter.pb.h"

#include "engine/telemetry/tap.hpp"

namespace glasspost::viz {
namespace {

MessageGroup client_group(std::uint64_t body) {
  switch (static_cast<v1::ClientEnvelope::BodyCase>(body)) {
    case v1::ClientEnvelope::kSendText:
    case v1::ClientEnvelope::kTextSent:
      return MessageGroup::kSend;
    case v1::ClientEnvelope::kNotice:
      return MessageGroup::kNotice;
    case v1::ClientEnvelope::kSync:
    case v1::ClientEnvelope::kSyncPage:
    case v1::ClientEnvelope::kHistory:
    case v1::ClientEnvelope::kHistoryPage:
      return MessageGroup::kSync;
    default:
      return MessageGroup::kControl;
  }
}

// The message type of a field of a oneof, without its package.
std::string field_name(const google::protobuf::Descriptor& of, std::uint64_t number) {
  const google::protobuf::FieldDescriptor* field = of.FindFieldByNumber(static_cast<int>(number));
  if (field == nullptr || field->message_type() == nullptr) {
    return "letter " + std::to_string(number);
  }
  return field->message_type()->name();
}

}  // namespace

MessageGroup group_of(std::uint64_t kind) {
  if ((kind & kClientLetter) != 0) return client_group(kind & ~kClientLetter);
  switch (static_cast<v1::Letter::BodyCase>(kind)) {
    case v1::Letter::kSubmit:
    case v1::Letter::kSubmitted:
      return MessageGroup::kSend;
    case v1::Letter::kAppendLog:
    case v1::Letter::kLogAppended:
    case v1::Letter::kIndexRows:
    case v1::Letter::kRowsIndexed:
      return MessageGroup::kAppend;
    case v1::Letter::kNotifyDevice:
      return MessageGroup::kNotice;
    case v1::Letter::kPullRows:
    case v1::Letter::kRowsPulled:
    case v1::Letter::kFetchBodies:
    case v1::Letter::kBodiesFetched:
    case v1::Letter::kReadHistory:
    case v1::Letter::kHistoryRead:
      return MessageGroup::kSync;
    default:
      return MessageGroup::kControl;
  }
}

std::string kind_name(std::uint64_t kind) {
  if ((kind & kClientLetter) != 0) {
    return field_name(*v1::ClientEnvelope::descriptor(), kind & ~kClientLetter);
  }
  return field_name(*v1::Letter::descriptor(), kind);
}

}  // namespace glasspost::viz
