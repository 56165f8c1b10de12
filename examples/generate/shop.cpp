#include "examples/generate/shop.h"

#include <array>

#include <fmt/format.h>

#include "examples/generate/episodes.h"

namespace varpulis::generate {
namespace {

constexpr TimestampNs kStart = 1'772'323'200 * kNsPerSecond;  // 2026-03-01T00:00:00Z
constexpr int64_t kCustomers = 6'000;
// One visit in so many brings an attack along.
constexpr int64_t kVisitsPerAttack = 600;

constexpr std::array<std::string_view, 14> kCountries = {"DE", "FR", "NL", "PL", "ES", "IT", "SE",
                                                         "US", "CA", "BR", "IN", "JP", "AU", "ZA"};
constexpr std::array<std::string_view, 12> kMerchants = {"books",  "grocer", "travel", "music",
                                                         "tools",  "toys",   "garden", "shoes",
                                                         "phones", "games",  "wine",   "cameras"};

// Visits per minute by hour of day: quiet nights, a bump at noon, most in the evening.
constexpr std::array<int64_t, 24> kVisitsPerMinute = {
    6, 4, 3, 2, 2, 3, 6, 10, 14, 16, 18, 22, 26, 22, 18, 17, 18, 22, 28, 32, 34, 30, 20, 11};

int64_t MeanGap(TimestampNs time) {
  const auto hour = static_cast<size_t>(time % kNsPerDay / kNsPerHour);
  return kNsPerMinute / kVisitsPerMinute[hour];
}

}  // namespace

Shop::Shop(uint64_t seed) : random_(seed), arrival_(kStart) {
  for (int64_t i = 0; i < kCustomers; ++i) {
    customers_.push_back({.id = fmt::format("u{}", 1000 + i),
                          .country = std::string(random_.Pick(kCountries)),
                          .ip = RandomIp(),
                          .card = fmt::format("c{}", random_.Between(10'000'000, 99'999'999)),
                          .phone = fmt::format("phone-{:06x}", random_.Between(0, 0xffffff)),
                          .laptop = fmt::format("laptop-{:06x}", random_.Between(0, 0xffffff))});
  }
}

std::string Shop::Next() {
  while (planned_.empty() || planned_.top().time > arrival_) PlanArrival();
  std::string json = planned_.top().json;
  planned_.pop();
  return json;
}

// Gaps are spread evenly from 0 to twice the mean of the hour, in whole milliseconds.
void Shop::PlanArrival() {
  arrival_ += random_.Between(0, 2 * MeanGap(arrival_) / kNsPerMs) * kNsPerMs;
  const Customer& customer = customers_[static_cast<size_t>(random_.Between(0, kCustomers - 1))];
  if (!random_.OneIn(kVisitsPerAttack)) return Visit(arrival_, customer);
  switch (random_.Between(1, 4)) {
    case 1:
      return TakeOver(*this, arrival_, customer);
    case 2:
      return TestCard(*this, arrival_, customer);
    case 3:
      return GuessPassword(*this, arrival_, customer);
    default:
      return BeInTwoPlaces(*this, arrival_, customer);
  }
}

void Shop::Visit(TimestampNs time, const Customer& customer) {
  const Place home = Home(customer);
  while (random_.OneIn(12)) {  // a slip of the fingers
    Login(time, customer, home, false);
    time += random_.Between(3'000, 20'000) * kNsPerMs;
  }
  Login(time, customer, home, true);
  if (random_.OneIn(150)) {
    time += random_.Between(30, 240) * kNsPerSecond;
    PasswordChange(time, customer, home.device);
  }
  for (int64_t left = random_.Between(0, 2); left > 0; --left) {
    time += random_.Between(30'000, 600'000) * kNsPerMs;
    // Mostly small baskets, seldom a large one.
    const int64_t cents =
        random_.OneIn(120) ? random_.Between(50'000, 160'000) : random_.Between(300, 15'000);
    Purchase(time, customer, home.country, cents);
  }
  if (random_.OneIn(3)) {
    time += random_.Between(10'000, 300'000) * kNsPerMs;
    Logout(time, customer);
  }
}

void Shop::Login(TimestampNs time, const Customer& customer, const Place& place, bool ok) {
  Plan(time, "Login",
       fmt::format(R"("user_id":"{}","ip":"{}","country":"{}","device":"{}","ok":{})", customer.id,
                   place.ip, place.country, place.device, ok));
}

void Shop::Purchase(TimestampNs time, const Customer& customer, std::string_view country,
                    int64_t cents) {
  Plan(time, "Purchase",
       fmt::format(R"("user_id":"{}","amount":{}.{:02},"merchant":"{}","country":"{}","card":"{}")",
                   customer.id, cents / 100, cents % 100, random_.Pick(kMerchants), country,
                   customer.card));
}

void Shop::PasswordChange(TimestampNs time, const Customer& customer, std::string_view device) {
  Plan(time, "PasswordChange", fmt::format(R"("user_id":"{}","device":"{}")", customer.id, device));
}

void Shop::Logout(TimestampNs time, const Customer& customer) {
  Plan(time, "Logout", fmt::format(R"("user_id":"{}")", customer.id));
}

Place Shop::Home(const Customer& customer) {
  return {.ip = customer.ip,
          .country = customer.country,
          .device = random_.OneIn(3) ? customer.laptop : customer.phone};
}

Place Shop::Abroad(const Customer& customer) {
  std::string_view country = customer.country;
  while (country == customer.country) country = random_.Pick(kCountries);
  return {.ip = RandomIp(),
          .country = std::string(country),
          .device = fmt::format("unknown-{:06x}", random_.Between(0, 0xffffff))};
}

std::string Shop::RandomIp() {
  // One statement each: the order in which a call's arguments are evaluated is not fixed.
  const int64_t a = random_.Between(11, 223);
  const int64_t b = random_.Between(0, 255);
  const int64_t c = random_.Between(0, 255);
  const int64_t d = random_.Between(1, 254);
  return fmt::format("{}.{}.{}.{}", a, b, c, d);
}

void Shop::Plan(TimestampNs time, std::string_view type, std::string fields) {
  planned_.push({time, planned_count_++,
                 fmt::format(R"({{"event_type":"{}","timestamp":"{}",{}}})", type,
                             base::FormatTimestamp(time), fields)});
}

}  // namespace varpulis::generate
