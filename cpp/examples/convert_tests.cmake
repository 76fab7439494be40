set(convert ${PROJECT_BINARY_DIR}/tests/cpp/consume/prefix/bin/voxbrick-convert)
set(before installed example_wkw)

# Adds a test that the next one needs.
function(add_step name)
  add_test(NAME convert.${name} COMMAND ${ARGN})
  set_tests_properties(convert.${name} PROPERTIES FIXTURES_REQUIRED "${before}" FIXTURES_SETUP convert_${name})
  set(before installed example_wkw convert_${name} PARENT_SCOPE)
endfunction()

# A conversion whose result holds the same voxels.
function(add_conversion from to)
  add_step(${to} ${convert} ${folder}/${from} ${folder}/${to} --verify ${ARGN})
  add_step(read_${to} $<TARGET_FILE:example_read_box> ${folder}/${to} ${box})
  set_tests_properties(convert.read_${to} PROPERTIES PASS_REGULAR_EXPRESSION "sum 288012000")
  set(before ${before} PARENT_SCOPE)
endfunction()

add_conversion(wkw zarr3 --memory 1K)
add_conversion(zarr3 zarr2 --format zarr --chunk-shape 7,9,11)
add_conversion(zarr2 zarr3_again --chunk-shape 5 --shard-shape 20,40,10 --raw)
add_conversion(zarr3_again wkw_again --format wkw --chunk-shape 8 --shard-shape 16)

# Relative paths, the usual ones at a prompt; and what is dropped on the way is said.
add_step(relative ${convert} wkw relative)
set_tests_properties(convert.relative PROPERTIES WORKING_DIRECTORY ${folder})
add_step(read_relative $<TARGET_FILE:example_read_box> ${folder}/relative ${box})
set_tests_properties(convert.read_relative PROPERTIES PASS_REGULAR_EXPRESSION "sum 288012000")
add_step(replaced ${convert} ${folder}/wkw ${folder}/zarr3 --overwrite)

# An array of no file, of which all is the fill value: that is kept, attributes are not, and both is said. As WKW it
# takes so long that there is time to stop it.
file(
  WRITE ${CMAKE_CURRENT_BINARY_DIR}/sevens/zarr.json
  [[{"zarr_format": 3, "node_type": "array", "shape": [1, 4096, 4096, 4096], "data_type": "uint8",
     "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 64, 64, 64]}},
     "chunk_key_encoding": {"name": "default"}, "fill_value": 7, "attributes": {"made_by": "hand"},
     "codecs": [{"name": "bytes"}]}]])
set(sevens ${CMAKE_CURRENT_BINARY_DIR}/sevens)
add_step(fill ${convert} ${sevens} ${folder}/sevens)
set_tests_properties(convert.fill PROPERTIES PASS_REGULAR_EXPRESSION "attributes are not copied")
add_step(kept_fill ${CMAKE_COMMAND} -E cat ${folder}/sevens/zarr.json)
set_tests_properties(convert.kept_fill PROPERTIES PASS_REGULAR_EXPRESSION "\"fill_value\": 7")
if(UNIX)
  add_step(stopped ${CMAKE_CURRENT_SOURCE_DIR}/convert_stopped.sh ${convert} ${sevens} ${folder}/stopped)
  set_tests_properties(convert.stopped PROPERTIES PASS_REGULAR_EXPRESSION "nothing is left")
endif()
add_step(leftover ${CMAKE_COMMAND} -E make_directory ${folder}/.next.123.new)
add_step(told_leftover ${convert} ${folder}/wkw ${folder}/next)
set_tests_properties(convert.told_leftover PROPERTIES PASS_REGULAR_EXPRESSION "next.123.new is what a killed run left")

# What is asked and refused, and the words in which it is.
function(add_refusal name words)
  add_test(NAME convert.refuses_${name} COMMAND ${convert} ${ARGN})
  set_tests_properties(convert.refuses_${name} PROPERTIES FIXTURES_REQUIRED "${before}" PASS_REGULAR_EXPRESSION ${words})
endfunction()

add_refusal(existing "is there already" ${folder}/wkw ${folder}/zarr3)
add_refusal(what_is_no_array "no array" ${folder}/wkw ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles --overwrite)
add_refusal(itself "lie in each other" ${folder}/wkw ${folder}/wkw/inner)
add_refusal(dot "lie in each other" . inner)
set_tests_properties(convert.refuses_dot PROPERTIES WORKING_DIRECTORY ${folder}/wkw)
add_refusal(missing "no array|not exist|No such" ${folder}/missing ${folder}/new)
add_refusal(words "positive whole numbers" ${folder}/wkw ${folder}/new --chunk-shape 8,x,8)
add_refusal(size "positive whole numbers" ${folder}/wkw ${folder}/new --memory 3Q)
add_refusal(options "unexpected argument" ${folder}/wkw ${folder}/new --fromat wkw)
add_refusal(chunks "chunk|power" ${folder}/wkw ${folder}/new --format wkw --chunk-shape 7)
