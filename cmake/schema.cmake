# The wire schema: engine/proto/glasspost/v1/*.proto becomes glasspost::schema, generated into the
# build folder and included as "glasspost/v1/letter.pb.h". Its headers count as system headers and
# its sources are compiled without warnings: we answer for the .proto files, not for what protoc
# writes.

# glasspost_schema(folder) generates from every folder/glasspost/v1/*.proto.
function(glasspost_schema folder)
  set(generated ${PROJECT_BINARY_DIR}/generated)
  file(GLOB protos CONFIGURE_DEPENDS ${folder}/glasspost/v1/*.proto)
  if(NOT protos)
    add_library(glasspost_schema INTERFACE)
    add_library(glasspost::schema ALIAS glasspost_schema)
    return()
  endif()
  glasspost_find(protobuf)
  file(MAKE_DIRECTORY ${generated})
  foreach(proto IN LISTS protos)
    get_filename_component(stem ${proto} NAME_WE)
    set(out ${generated}/glasspost/v1/${stem})
    add_custom_command(
      OUTPUT ${out}.pb.cc ${out}.pb.h
      COMMAND protobuf::protoc --cpp_out=${generated} --proto_path=${folder}
              --dependency_out=${out}.d ${proto}
      DEPENDS ${proto}
      DEPFILE ${out}.d
      COMMENT "protoc ${stem}.proto"
      VERBATIM)
    list(APPEND sources ${out}.pb.cc)
  endforeach()
  file(MAKE_DIRECTORY ${generated}/glasspost/v1)
  add_library(glasspost_schema STATIC ${sources})
  add_library(glasspost::schema ALIAS glasspost_schema)
  target_compile_options(glasspost_schema PRIVATE -w)
  target_include_directories(glasspost_schema SYSTEM PUBLIC ${generated})
  target_link_libraries(glasspost_schema PUBLIC third_party::protobuf)
endfunction()
