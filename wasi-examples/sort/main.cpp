// Sorts whole numbers. See README.md.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string &message) {
  std::fprintf(stderr, "sort: %s\n", message.c_str());
  std::exit(1);
}

std::string read_all() {
  std::string input;
  char buffer[65536];
  for (size_t length; (length = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) input.append(buffer, length);
  return input;
}

std::vector<int64_t> parse(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  std::vector<int64_t> numbers;
  for (size_t at = text.find_first_not_of(spaces); at != std::string_view::npos; at = text.find_first_not_of(spaces, at)) {
    int64_t number = 0;
    auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    const size_t next = end - text.data();
    const bool is_whole = next == text.size() || spaces.find(text[next]) != std::string_view::npos;
    if (error != std::errc() || !is_whole) fail("expected a whole number at byte " + std::to_string(at) + " of the input");
    numbers.push_back(number);
    at = next;
  }
  return numbers;
}

} // namespace

int main() {
  std::vector<int64_t> numbers = parse(read_all());
  std::sort(numbers.begin(), numbers.end());
  std::string output;
  for (const int64_t number : numbers) output += std::to_string(number) + '\n';
  std::fwrite(output.data(), 1, output.size(), stdout);
}
