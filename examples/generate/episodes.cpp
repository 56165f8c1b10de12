#include "examples/generate/episodes.h"

#include <array>

namespace varpulis::generate {

void TakeOver(Shop& shop, TimestampNs time, const Customer& victim) {
  Random& random = shop.random();
  const Place place = shop.Abroad(victim);
  shop.Login(time, victim, place, true);
  time += random.Between(60, 400) * kNsPerSecond;
  shop.PasswordChange(time, victim, place.device);
  for (int64_t left = random.Between(1, 3); left > 0; --left) {
    time += random.Between(40, 420) * kNsPerSecond;
    shop.Purchase(time, victim, place.country, random.Between(90'000, 700'000));
  }
}

void TestCard(Shop& shop, TimestampNs time, const Customer& victim) {
  Random& random = shop.random();
  const Place place = shop.Abroad(victim);
  for (int64_t left = random.Between(8, 20); left > 0; --left) {
    shop.Purchase(time, victim, place.country, random.Between(50, 490));
    time += random.Between(3'000, 25'000) * kNsPerMs;
  }
  shop.Purchase(time, victim, place.country, random.Between(60'000, 250'000));
}

void GuessPassword(Shop& shop, TimestampNs time, const Customer& victim) {
  Random& random = shop.random();
  std::array<Place, 3> places = {shop.Abroad(victim), shop.Abroad(victim), shop.Abroad(victim)};
  for (int64_t left = random.Between(10, 30); left > 0; --left) {
    shop.Login(time, victim, random.Pick(places), false);
    time += random.Between(400, 6'000) * kNsPerMs;
  }
  if (random.OneIn(2)) shop.Login(time, victim, random.Pick(places), true);
}

void BeInTwoPlaces(Shop& shop, TimestampNs time, const Customer& victim) {
  shop.Login(time, victim, shop.Home(victim), true);
  time += shop.random().Between(120, 840) * kNsPerSecond;
  shop.Login(time, victim, shop.Abroad(victim), true);
}

}  // namespace varpulis::generate
