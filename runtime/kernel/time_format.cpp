#include "runtime/kernel/time_format.h"

#include <cstring>
#include <iterator>

#include <fmt/format.h>

namespace varpulis::kernel {
namespace {

constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};

struct Expansion {
  char directive;
  std::string_view format;
};
constexpr Expansion kExpansions[] = {
    {'F', "%Y-%m-%d"}, {'T', "%H:%M:%S"}, {'D', "%m/%d/%y"}, {'R', "%H:%M"}};

// The longer format that a directive abbreviates, or empty.
std::string_view Expanded(char directive) {
  for (const Expansion& expansion : kExpansions) {
    if (expansion.directive == directive) return expansion.format;
  }
  return {};
}

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

class Writer {
 public:
  explicit Writer(TimestampNs time)
      : seconds_(FloorDivide(time, kNsPerSecond)),
        fraction_(time - seconds_ * kNsPerSecond),
        days_(FloorDivide(seconds_, 86400)),
        second_of_day_(seconds_ - days_ * 86400),
        date_(base::CivilFromDays(days_)) {}

  bool Write(std::string_view format, std::string& out) const {
    for (size_t at = 0; at < format.size(); ++at) {
      if (format[at] != '%') {
        out += format[at];
        continue;
      }
      if (++at == format.size()) return false;
      std::string_view longer = Expanded(format[at]);
      if (!longer.empty() ? !Write(longer, out) : !Directive(format[at], out)) return false;
    }
    return true;
  }

 private:
  bool Directive(char directive, std::string& out) const {
    auto put = [&](int64_t value, int width) {
      fmt::format_to(std::back_inserter(out), "{:0{}}", value, width);
    };
    int64_t hour = second_of_day_ / 3600;
    int64_t weekday = (days_ % 7 + 11) % 7;  // 1970-01-01 was a Thursday
    switch (directive) {
      case 'Y':
        put(date_.year, 4);
        break;
      case 'y':
        put(date_.year % 100, 2);
        break;
      case 'm':
        put(date_.month, 2);
        break;
      case 'd':
        put(date_.day, 2);
        break;
      case 'e':
        out += fmt::format("{:2}", date_.day);
        break;
      case 'H':
        put(hour, 2);
        break;
      case 'I':
        put(hour % 12 == 0 ? 12 : hour % 12, 2);
        break;
      case 'p':
        out += hour < 12 ? "AM" : "PM";
        break;
      case 'M':
        put(second_of_day_ / 60 % 60, 2);
        break;
      case 'S':
        put(second_of_day_ % 60, 2);
        break;
      case 'f':
        put(fraction_, 9);
        break;
      case 'j':
        put(days_ - base::DaysFromCivil(date_.year, 1, 1) + 1, 3);
        break;
      case 'b':
        out += kMonths[date_.month - 1].substr(0, 3);
        break;
      case 'B':
        out += kMonths[date_.month - 1];
        break;
      case 'a':
        out += kDays[weekday].substr(0, 3);
        break;
      case 'A':
        out += kDays[weekday];
        break;
      case 'z':
        out += "+0000";
        break;
      case 'Z':
        out += "UTC";
        break;
      case 's':
        put(seconds_, 1);
        break;
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case '%':
        out += '%';
        break;
      default:
        return false;
    }
    return true;
  }

  int64_t seconds_;
  int64_t fraction_;
  int64_t days_;
  int64_t second_of_day_;
  base::CivilDate date_;
};

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool Read(std::string_view format) {
    for (size_t at = 0; at < format.size(); ++at) {
      if (IsBlank(format[at])) {
        SkipBlanks();
      } else if (format[at] != '%') {
        if (!Literal(format[at])) return false;
      } else {
        if (++at == format.size()) return false;
        std::string_view longer = Expanded(format[at]);
        if (!longer.empty() ? !Read(longer) : !Directive(format[at])) return false;
      }
    }
    return true;
  }

  std::optional<TimestampNs> Finish() const {
    if (!text_.empty()) return std::nullopt;
    int64_t day =
        base::DaysFromCivil(year_, static_cast<unsigned>(month_), static_cast<unsigned>(day_));
    base::CivilDate back = base::CivilFromDays(day);
    if (back.month != month_ || back.day != day_) return std::nullopt;  // February 30
    if (year_day_ > 0) {
      day = base::DaysFromCivil(year_, 1, 1) + year_day_ - 1;
      if (base::CivilFromDays(day).year != year_) return std::nullopt;
    }
    int64_t hour = !half_day_ ? hour_ : hour_ % 12 + (afternoon_ ? 12 : 0);
    int64_t seconds =
        epoch_ ? *epoch_ : day * 86400 + hour * 3600 + minute_ * 60 + second_ - offset_;
    int64_t ns = 0;
    if (__builtin_mul_overflow(seconds, kNsPerSecond, &ns) ||
        __builtin_add_overflow(ns, fraction_, &ns)) {
      return std::nullopt;
    }
    return ns;
  }

 private:
  void SkipBlanks() {
    while (!text_.empty() && IsBlank(text_[0])) text_.remove_prefix(1);
  }
  bool Literal(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // 1 to `width` digits with a value in low..high; `digits` receives how many there were.
  bool Number(int width, int64_t low, int64_t high, int64_t& value, int* digits = nullptr) {
    int count = 0;
    value = 0;
    for (; count < width && !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; ++count) {
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    if (digits != nullptr) *digits = count;
    return count > 0 && value >= low && value <= high;
  }
  // A name of the list, whole or its first three letters, in any case.
  template <size_t n>
  bool Name(const std::string_view (&names)[n], int64_t& index) {
    for (size_t i = 0; i < n; ++i) {
      for (size_t length : {names[i].size(), size_t{3}}) {
        if (!StartsWith(names[i].substr(0, length))) continue;
        text_.remove_prefix(length);
        index = static_cast<int64_t>(i);
        return true;
      }
    }
    return false;
  }
  bool StartsWith(std::string_view word) const {
    if (text_.size() < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if (Lower(text_[i]) != Lower(word[i])) return false;
    }
    return true;
  }

  bool Fraction() {
    int digits = 0;
    if (!Number(9, 0, kNsPerSecond, fraction_, &digits)) return false;
    for (; digits < 9; ++digits) fraction_ *= 10;
    return true;
  }
  bool HalfDay() {
    half_day_ = true;
    afternoon_ = StartsWith("pm");
    if (!afternoon_ && !StartsWith("am")) return false;
    text_.remove_prefix(2);
    return true;
  }
  // Z, +hhmm or +hh:mm
  bool Offset() {
    if (!text_.empty() && Lower(text_[0]) == 'z') return Literal(text_[0]);
    bool west = !text_.empty() && text_[0] == '-';
    if (!Literal(west ? '-' : '+')) return false;
    int64_t hours = 0;
    int64_t minutes = 0;
    if (!Number(2, 0, 23, hours)) return false;
    if (!text_.empty() && text_[0] == ':') text_.remove_prefix(1);
    if (!Number(2, 0, 59, minutes)) return false;
    offset_ = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
  }
  bool ZoneName() {
    for (std::string_view name : {"UTC", "GMT", "Z"}) {
      if (!StartsWith(name)) continue;
      text_.remove_prefix(name.size());
      return true;
    }
    return false;
  }
  bool ShortYear() {
    if (!Number(2, 0, 99, year_)) return false;
    year_ += year_ < 69 ? 2000 : 1900;
    return true;
  }
  bool Epoch() {
    bool negative = !text_.empty() && text_[0] == '-' && Literal('-');
    int64_t seconds = 0;
    if (!Number(18, 0, INT64_MAX, seconds)) return false;
    epoch_ = negative ? -seconds : seconds;
    return true;
  }

  bool Directive(char directive) {
    int64_t unused = 0;
    switch (directive) {
      case 'Y':
        return Number(4, 0, 9999, year_);
      case 'y':
        return ShortYear();
      case 'm':
        return Number(2, 1, 12, month_);
      case 'd':
        return Number(2, 1, 31, day_);
      case 'e':
        return SkipBlanks(), Number(2, 1, 31, day_);
      case 'H':
        return Number(2, 0, 23, hour_);
      case 'I':
        return Number(2, 1, 12, hour_);
      case 'p':
        return HalfDay();
      case 'M':
        return Number(2, 0, 59, minute_);
      case 'S':
        return Number(2, 0, 59, second_);
      case 'f':
        return Fraction();
      case 'j':
        return Number(3, 1, 366, year_day_);
      case 'b':
      case 'B':
        return Name(kMonths, month_) && ++month_ > 0;
      case 'a':
      case 'A':
        return Name(kDays, unused);
      case 'z':
        return Offset();
      case 'Z':
        return ZoneName();
      case 's':
        return Epoch();
      case 'n':
      case 't':
        return SkipBlanks(), true;
      case '%':
        return Literal('%');
      default:
        return false;
    }
  }

  std::string_view text_;
  int64_t year_ = 1970;
  int64_t month_ = 1;
  int64_t day_ = 1;
  int64_t year_day_ = 0;
  int64_t hour_ = 0;
  int64_t minute_ = 0;
  int64_t second_ = 0;
  int64_t fraction_ = 0;
  int64_t offset_ = 0;
  std::optional<int64_t> epoch_;
  bool half_day_ = false;
  bool afternoon_ = false;
};

}  // namespace

std::optional<std::string> FormatTime(TimestampNs time, std::string_view format) {
  std::string out;
  if (!Writer(time).Write(format, out)) return std::nullopt;
  return out;
}

std::optional<TimestampNs> ParseTime(std::string_view text, std::string_view format) {
  Reader reader(text);
  if (!reader.Read(format)) return std::nullopt;
  return reader.Finish();
}

}  // namespace varpulis::kernel
