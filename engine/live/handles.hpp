// Ownership of libuv handles. uv_close is asynchronous: libuv still touches the handle's memory
// until the close callback. So a handle lives in a block of its own, and its owner may die at
// once; no other callback comes after uv_close. Used by everything in live that stands on a loop.
#pragma once

#include <memory>

#include <uv.h>

namespace glasspost {

struct HandleCloser {
  template <class Handle>
  void operator()(Handle* handle) const {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<Handle*>(closed); });
  }
};

// An initialised libuv handle; destroying it closes it. The memory comes back when the loop runs
// next, so run it once more before uv_loop_close.
template <class Handle>
using OwnedHandle = std::unique_ptr<Handle, HandleCloser>;

// For the handles whose init cannot fail: make_handle<uv_timer_t>(loop, uv_timer_init, this).
template <class Handle>
OwnedHandle<Handle> make_handle(uv_loop_t* loop, int (*init)(uv_loop_t*, Handle*), void* data) {
  OwnedHandle<Handle> handle(new Handle{});
  init(loop, handle.get());
  handle->data = data;
  return handle;
}

}  // namespace glasspost
