// In a store of an ordinary user, files that belong to other users of the containers belong to
// subordinate ids, and may be closed to the user who owns the store. Root of the user's own user
// namespace can open them, and an open file can be handed to anybody. So a second process enters
// the namespace, opens, and hands over; this one stays who it is, and may have threads.
// A question is "DIRECTORY\0PATH", an answer a kind of error and its text, or the file itself.
#include "cmd/file_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <mutex>

#include "builder/sandbox/userns.h"
#include "libimage/base/child.h"
#include "libimage/base/error.h"
#include "libimage/containers/layer_tar.h"

namespace lade::cmd {
namespace {

constexpr std::size_t message_limit_bytes = 16384;

/// The space that one descriptor takes beside a message.
union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

void send_answer(int socket, std::string_view text, int file) {
  std::string bytes(text.substr(0, message_limit_bytes));
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control{};
  if (file >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &file, sizeof file);
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) fail_errno("cannot answer with a file");
}

struct Answer {
  std::string text;
  Fd file;
};

Answer receive_answer(int socket) {
  std::string bytes(message_limit_bytes, '\0');
  iovec part{bytes.data(), bytes.size()};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control.bytes;
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) fail_errno("cannot ask for a file in the user namespace");
  bytes.resize(static_cast<std::size_t>(got));
  Answer answer{std::move(bytes), {}};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int file = -1;
    std::memcpy(&file, CMSG_DATA(header), sizeof file);
    answer.file.reset(file);
  }
  return answer;
}

std::string answer_of(const Error& error) {
  return fmt::format("{}:{}", static_cast<int>(error.kind()), error.message());
}

void answer_question(int socket, std::string_view question) {
  const auto end = question.find('\0');
  try {
    if (end == std::string_view::npos) fail(ErrorKind::internal, "no question for a file");
    const Fd file = open_layer_file(std::string(question.substr(0, end)),
                                    std::string(question.substr(end + 1)));
    send_answer(socket, "file", file.get());
  } catch (const Error& error) {
    send_answer(socket, answer_of(error), -1);
  }
}

[[noreturn]] void rethrow(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0) {
    fail(ErrorKind::denied, "the process that opens files in the user namespace ended");
  }
  const auto kind = static_cast<ErrorKind>(std::stoi(text.substr(0, colon)));
  throw Error(kind, text.substr(colon + 1));
}

class FileServer {
 public:
  FileServer() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
      fail_errno("cannot make a pair of sockets");
    }
    socket_.reset(ends[0]);
    const Fd other(ends[1]);
    ChildOptions options;
    options.argv = {"/proc/self/exe", std::string(file_server_word)};
    options.stdin_fd = other.get();
    child_ = std::make_unique<Child>(options);
  }

  Fd open(const std::string& directory, const std::string& path) {
    const std::string question = directory + '\0' + path;
    if (question.size() > message_limit_bytes) {
      fail(ErrorKind::invalid, "a path of a layer has {} bytes", path.size());
    }
    const std::lock_guard lock(mutex_);
    if (::send(socket_.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0) {
      fail(ErrorKind::denied, "the process that opens files in the user namespace ended");
    }
    Answer answer = receive_answer(socket_.get());
    if (!answer.file) rethrow(answer.text);
    return std::move(answer.file);
  }

 private:
  std::mutex mutex_;
  Fd socket_;
  std::unique_ptr<Child> child_;
};

}  // namespace

int serve_files() {
  // whatever the namespace lacks shows in the answers
  try {
    builder::enter_user_namespace();
  } catch (const Error&) {
  }
  std::string question(message_limit_bytes, '\0');
  while (true) {
    const ssize_t got = ::recv(STDIN_FILENO, question.data(), question.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    answer_question(STDIN_FILENO,
                    std::string_view(question).substr(0, static_cast<std::size_t>(got)));
  }
}

Fd open_in_user_namespace(const std::string& directory, const std::string& path) {
  static FileServer server;
  try {
    return server.open(directory, path);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::denied) {
      error.add_context(
          "the file belongs to another user; subordinate ids (/etc/subuid) would open it");
    }
    throw;
  }
}

}  // namespace lade::cmd
